import { isInDoubt, ProblemError } from '@tertulia/client'
import { CommandError } from './command-error.ts'
import { Interrupted } from './interruption.ts'
import { problemSentence } from './problem-sentence.ts'

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
      exit: doubtExit(error),
      code: 'outcome-unknown',
      cause: error
    })
  }

/** A lost answer is as none in time; a server that has failed has answered. */
export const doubtExit = (error: Error): 'serverError' | 'noAnswer' =>
  error instanceof ProblemError && (error.status === 500 || error.code === 'storage-failed') ? 'serverError' : 'noAnswer'

/** Why nothing is known, as the beginning of a sentence. */
export function whyLost(error: Error): string {
  if (!(error instanceof ProblemError)) return withoutEnd(error.message)
  const { code, status } = error
  if (code === 'storage-failed') return `The disk of the server fails (${status} ${code})`
  if (code === 'http-500') return 'The server failed (500)'
  if (code === `http-${status}`) return `A proxy got no answer from the server (${status})`
  return withoutEnd(problemSentence(error))
}

const withoutEnd = (sentence: string): string => sentence.replace(/\.$/, '')
