import { CommandError } from './command-error.ts'

/** The number of a message, as people type it. */
export function messageId(typed: string): number {
  const id = /^[1-9]\d*$/.test(typed) ? Number(typed) : 0
  if (Number.isSafeInteger(id) && id > 0) return id
  throw CommandError.usage(`“${typed}” is no number of a message. It stands before each message: chat edit 42 "new text"`)
}
