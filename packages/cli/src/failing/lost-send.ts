import { ConnectionError, isInDoubt, type ProblemError } from '@tertulia/client'
import { CommandError } from './command-error.ts'
import { exitCodeOf } from './exit-code-of.ts'
import { exitCodes } from './exit-codes.ts'
import { Interrupted } from './interruption.ts'
import { doubtExit, whyLost } from './unknown-outcome.ts'

type Lost = Interrupted | ConnectionError | ProblemError

/** Whether a text may or may not have been sent: its answer was lost, or somebody did not want to wait for it. */
export const isLostSend = (error: unknown): error is Lost => error instanceof Interrupted || isInDoubt(error)

/**
 * @param done  what may or may not have been done with it: `sent`, `asked`
 * @param again  how to repeat it without doing it twice, as whole sentences
 */
export function lostSend(error: Lost, done: string, again: string): CommandError {
  const isCut = exitCodeOf(error) === exitCodes.noConnection
  const exit = error instanceof Interrupted ? error.exit : isCut ? 'noConnection' : doubtExit(error)
  const code =
    error instanceof ConnectionError
      ? `connection-${error.reason}`
      : error instanceof Interrupted
        ? 'interrupted'
        : 'outcome-unknown'
  return new CommandError(`${whyLost(error)}; it may or may not have been ${done}. ${again}`, { exit, code, cause: error })
}
