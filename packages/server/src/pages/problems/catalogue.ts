import { type ProblemCode, problems } from '@tertulia/protocol'
import type { Link } from '../page.ts'
import { conflicting } from './conflicting.ts'
import { failed } from './failed.ts'
import type { ProblemLesson } from './lesson.ts'
import { malformed } from './malformed.ts'
import { refused } from './refused.ts'

/** A lesson for each problem: a new code without one does not compile. */
export const problemLessons: Record<ProblemCode, ProblemLesson> = {
  ...malformed,
  ...refused,
  ...conflicting,
  ...failed
}

export const problemCodes = Object.keys(problems) as ProblemCode[]

export const problemCodeFrom = (text: string): ProblemCode | undefined => problemCodes.find((code) => code === text)

export const problemLink = (code: ProblemCode): Link => ({
  href: `/problems/${code}`,
  text: code,
  note: problems[code].title
})
