import { isInDoubt, ProblemError } from '@tertulia/client'
import { CommandError } from './command-error.ts'
import { Interrupted } from './interruption.ts'

/**
 * For the `catch` of a change: one that may or may not have been made, because its answer was lost or somebody did not want to wait for
 * it ({@link Interrupted}), is told so. Any other failure stays as it is.
 * @param what  `42 may or may not have been edited`
 * @param next  what to do, as whole sentences; `current` is what stands there, as far as that is known
 */
export const unknownOutcome =
  (what: string, next: (current: unknown) => string) =>
  (error: unknown): never => {
    if (error instanceof Interrupted) {
      const message = `${whyLost(error)}; ${what}. ${next(undefined)}`
      throw new CommandError(message, { exit: error.exit, code: 'interrupted', cause: error })
    }
    if (!isInDoubt(error)) throw error
    const current = error instanceof ProblemError ? error.problem.current : error.current
    throw new CommandError(`${whyLost(error)}; ${what}. ${next(current)}`, {
      exit: 'noAnswer',
      code: 'outcome-unknown',
      cause: error
    })
  }

/** Why there is no answer, as the beginning of a sentence. */
export function whyLost(error: Error): string {
  if (error instanceof ProblemError && error.code === `http-${error.status}`)
    return `A proxy got no answer from the server (${error.status})`
  return error.message.replace(/\.$/, '')
}
