import { ConnectionError, ProblemError, UnexpectedAnswer } from '@tertulia/client'
import { CommandError } from './command-error.ts'
import { exitCodeOfStatus, exitCodes } from './exit-codes.ts'

/** What the command ends with after this failure. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return typeof error.exit === 'number' ? error.exit : exitCodes[error.exit]
  if (error instanceof ProblemError) return exitCodeOfStatus(error.status)
  if (error instanceof UnexpectedAnswer) return exitCodes.serverError
  if (!(error instanceof ConnectionError)) return exitCodes.unexpected
  if (error.reason === 'malformed') return exitCodes.serverError
  return error.reason === 'answer-timeout' ? exitCodes.noAnswer : exitCodes.noConnection
}
