import { CommandError } from '../failing/command-error.ts'
import { chat } from '../program.ts'

/**
 * The number of a message, as people type it.
 * @param example  the rest of a command line in which it stands where it should
 */
export function messageId(typed: string, example: string): number {
  const id = /^[1-9]\d*$/.test(typed) ? Number(typed) : 0
  if (Number.isSafeInteger(id) && id > 0) return id
  throw CommandError.usage(
    `“${typed}” is not a message number. The number stands before each message, for example: ${chat} ${example}`
  )
}
