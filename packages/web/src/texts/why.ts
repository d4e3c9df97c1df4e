import { ConnectionError, ProblemError } from '@tertulia/client'
import { neutralise } from '@tertulia/protocol/neutralise'
import { fill, type Words } from './words.ts'

/** What went wrong, for who reads it: the server's own words, or that there were none. */
export function whyOf(error: unknown, words: Words): string {
  if (error instanceof ProblemError) return neutralise(error.message)
  if (error instanceof ConnectionError) return words.noConnection
  return fill(words.failed, { why: neutralise(error instanceof Error ? error.message : String(error)) })
}
