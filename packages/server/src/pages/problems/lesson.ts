import type { Example } from '../page.ts'
import type { Rfc } from '../rfc.ts'

/** What a problem teaches: for somebody who meets it for the first time, in a hundred words. */
export interface ProblemLesson {
  happened: string
  /** Why this status, and not one beside it. */
  why: string
  remedy: string
  example?: Example
  /** Where a standard says more than the section about the status. */
  rfc?: Rfc
}
