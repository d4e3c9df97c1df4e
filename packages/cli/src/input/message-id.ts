import { CommandError } from '../failing/command-error.ts'

/**
 * The number of a message, as people type it.
 * @param example  a command line in which it stands where it should
 */
export function messageId(typed: string, example: string): number {
  const id = /^[1-9]\d*$/.test(typed) ? Number(typed) : 0
  if (Number.isSafeInteger(id) && id > 0) return id
  throw CommandError.usage(`“${typed}” is no number of a message. It stands before each message: ${example}`)
}
