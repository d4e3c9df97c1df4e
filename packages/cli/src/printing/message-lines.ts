import type { Author, Message } from '@tertulia/protocol'
import { neutralise, neutraliseLines } from './neutralise.ts'
import { padded, widest } from './width.ts'
import { wrap } from './wrap.ts'

const idColumns = 4
const nameColumns = 9
/** Narrower than this beside its prefix, a text is easier to read under it. */
const textColumnsMin = 12
const indentUnder = 4

/**
 * A message as a terminal of so many columns shows it: `  42 09:40 ana       hi`, with the rows that follow aligned to the text.
 * @param label  stands before everything, such as the name of the room where several are shown
 */
export function messageLines(message: Message, columns: number, label = ''): string[] {
  const id = String(message.id).padStart(idColumns)
  const prefix = `${label}${id} ${clock(message.createdAt)} ${padded(authorName(message.author), nameColumns)} `
  const prefixColumns = widest(prefix)
  // A row that fills its last column would leave the cursor in a place on which terminals disagree.
  const usable = columns - 1
  const beside = usable - prefixColumns >= textColumnsMin
  const indent = ' '.repeat(beside ? prefixColumns : indentUnder)
  const rows = textLines(message).flatMap((line) => wrap(line, Math.max(1, usable - indent.length)))
  return beside
    ? rows.map((row, at) => (at === 0 ? prefix : indent) + row)
    : [...wrap(prefix.trimEnd(), Math.max(1, usable)), ...rows.map((row) => indent + row)]
}

/** Hour and minute where the reader is. */
export function clock(time: string | Date): string {
  const at = new Date(time)
  return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`
}

function authorName({ name, kind }: Author): string {
  return kind === 'bot' ? `${neutralise(name)} (bot)` : neutralise(name)
}

function textLines({ text, editedAt }: Message): string[] {
  if (text === null) return ['(deleted)']
  const lines = neutraliseLines(text)
  return editedAt === null ? lines : [...lines.slice(0, -1), `${lines.at(-1)} (edited)`]
}
