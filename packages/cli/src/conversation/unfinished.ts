import { CommandError } from '../failing/command-error.ts'
import { exitCodes } from '../failing/exit-codes.ts'
import { failureOf } from '../failing/failure.ts'
import { editLine, sendLine } from '../printing/command-lines.ts'
import type { Returned } from './editing.ts'
import type { Outgoing } from './outbox.ts'

/** What was entered and is not done when a conversation ends, as far as is known. */
export interface Unfinished {
  texts: readonly Outgoing[]
  /** What was refused or never entered, and would be lost. */
  returned: readonly Returned[]
  /** Command lines of edits and deletions that are under way. */
  changes: readonly string[]
}

/**
 * It as lines to be copied, below what they are; none where everything is done.
 * @param flags  with which other commands go to a room
 */
export function unfinishedLines({ texts, returned, changes }: Unfinished, flags: (room: string) => readonly string[]): string[] {
  const inDoubt = texts.filter((text) => text.inDoubt)
  const unsent = [...texts.filter((text) => !text.inDoubt), ...returned.filter(({ id }) => id === undefined)]
  const unmade = returned.flatMap(({ id, text, room }) => (id === undefined ? [] : [editLine(id, text, flags(room))]))
  return [
    ...below(`${count(inDoubt, 'text')} may or may not have been sent. Repeat safely with:`, inDoubt, ({ room, text, key }) =>
      sendLine(text, flags(room), key)
    ),
    ...below(`${count(unsent, 'text')} ${were(unsent)} not sent. Send ${them(unsent)} with:`, unsent, ({ room, text }) =>
      sendLine(text, flags(room))
    ),
    ...below(`${count(unmade, 'change')} ${were(unmade)} not made. Make ${them(unmade)} with:`, unmade, (line) => line),
    ...below(`${count(changes, 'change')} may or may not have been made. Make sure with:`, changes, (line) => line)
  ]
}

/**
 * How a conversation ends in which something is left undone; undefined where nothing is.
 * @param cause  what has ended it, and what is told first; undefined: somebody left
 * @param exitCode  that of a signal, if one has ended it
 */
export function unfinishedError(
  unfinished: Unfinished,
  flags: (room: string) => readonly string[],
  { cause, exitCode }: { cause: unknown; exitCode: number | undefined }
): CommandError | undefined {
  const lines = unfinishedLines(unfinished, flags)
  if (lines.length === 0) return undefined
  const isUnsent = unfinished.returned.length > 0 || unfinished.texts.some(({ inDoubt }) => !inDoubt)
  const code = isUnsent ? 'unsent' : 'outcome-unknown'
  const exit = isUnsent ? exitCodes.noConnection : exitCodes.noAnswer
  if (cause === undefined) return new CommandError(lines.join('\n'), { exit: exitCode ?? exit, code })
  const failure = failureOf(cause)
  const message = [failure.text.replace(/^chat: /, ''), ...lines].join('\n')
  return new CommandError(message, { exit: exitCode ?? failure.exit, code, cause })
}

const below = <T>(heading: string, items: readonly T[], line: (item: T) => string): string[] =>
  items.length === 0 ? [] : [heading, ...items.map(line)]

const were = ({ length }: readonly unknown[]): string => (length === 1 ? 'was' : 'were')
const them = ({ length }: readonly unknown[]): string => (length === 1 ? 'it' : 'them')
const count = ({ length }: readonly unknown[], noun: string): string => `${length} ${noun}${length === 1 ? '' : 's'}`
