import type { exitCodes } from './exit-codes.ts'

export interface ErrorFacts extends ErrorOptions {
  exit: Exclude<keyof typeof exitCodes, 'ok'>
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
