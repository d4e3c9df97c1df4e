import { ProblemError } from '@tertulia/client'
import { problemSentence } from '../failing/problem-sentence.ts'

/** Why something failed, as the end of a sentence of ours. */
export function failureWords(error: unknown): string {
  if (error instanceof ProblemError) return `${problemSentence(error)} [${error.status} ${error.code}]`
  return error instanceof Error ? error.message : String(error)
}
