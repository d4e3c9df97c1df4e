import { ConnectionError, ProblemError } from '@tertulia/client'
import type { Problem } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { refusals } from './refusals.ts'
import { fill, type Language, languages } from './words.ts'

/**
 * What went wrong, for who reads it: why the server refused, or that it did not answer.
 * @param isOfOther  it was about somebody else than who reads it
 */
export function whyOf(error: unknown, language: Language, isOfOther = false): string {
  if (error instanceof ProblemError) return refusalIn(language, error.problem, isOfOther)
  const said = languages[language]
  if (error instanceof ConnectionError) return said.noConnection
  return fill(said.failed, { why: neutralise(error instanceof Error ? error.message : String(error)) })
}

/** Why the server refused, in this language if there are words for it, else in its own. */
export function refusalIn(
  language: Language,
  { code, detail, errors }: Pick<Problem, 'code' | 'detail' | 'errors'>,
  isOfOther = false
): string {
  const known = new Map<string, string | undefined>(Object.entries(refusals[language]))
  return (
    (isOfOther && known.get(`${code} of another`)) ||
    (known.get(errors?.[0]?.pointer ?? code) ?? known.get(code) ?? neutralise(detail))
  )
}
