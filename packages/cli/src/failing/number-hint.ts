import { ProblemError } from '@tertulia/client'

/**
 * For a room that is not there and is a number: it was probably meant as something else.
 * @param advice  what to type instead, as a whole sentence without its end
 */
export function withNumberHint(error: unknown, typed: string, advice: string): unknown {
  if (!(error instanceof ProblemError && error.code === 'room-not-found' && /^[1-9]\d*$/.test(typed))) return error
  return new ProblemError({ ...error.problem, detail: `${error.message} ${advice}` })
}
