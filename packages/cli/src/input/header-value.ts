import { CommandError } from '../failing/command-error.ts'

/** What goes into a head of HTTP as it was given. The server knows the rest of the rules. @throws CommandError usage */
export function headerValue(value: string, called: string): string {
  if (/^[\x20-\x7e]*$/.test(value)) return value
  throw CommandError.usage(`${called} can have only visible ASCII characters.`)
}
