import type { exitCodes } from './exit-codes.ts'

export interface ErrorFacts extends ErrorOptions {
  /** How the command ends: by a name, or with a number that a signal or somebody else has given. */
  exit: Exclude<keyof typeof exitCodes, 'ok'> | number
  /** Stable name, in --json. */
  code: string
}

/** What the command itself has to say, instead of a server: whole sentences, the last one says what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exit: ErrorFacts['exit']
  readonly code: string

  constructor(message: string, { exit, code, ...options }: ErrorFacts) {
    super(message, options)
    this.exit = exit
    this.code = code
  }

  /** The command was called in a way that makes no sense. */
  static usage(message: string): CommandError {
    return new CommandError(message, { exit: 'usage', code: 'usage' })
  }
}
