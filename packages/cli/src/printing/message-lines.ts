import type { Author, Message } from '@tertulia/protocol'
import { neutralise, neutraliseLines } from '@tertulia/protocol/neutralise'
import { bare, callsUs, type Look } from './look.ts'
import { nameColour } from './name-colour.ts'
import { widest } from './width.ts'
import { indentBelow, wrap } from './wrap.ts'

const idColumns = 4
const nameColumns = 9
/** Narrower than this beside its prefix, a text is easier to read under it. */
const textColumnsMin = 12

/**
 * A message as a terminal of so many columns shows it: `  42 09:40 ana       hi`, with the rows that follow aligned to the text.
 * @param label  stands before everything, such as the name of the room where several are shown
 */
export function messageLines(message: Message, columns: number, label = '', look: Look = bare): string[] {
  // A row that fills its last column would leave the cursor in a place on which terminals disagree.
  const usable = Math.max(1, columns - 1)
  if (look.plain) return plainLines(message, usable, label)
  const before = `${label}${String(message.id).padStart(idColumns)} ${clock(message.createdAt)} `
  const name = authorName(message.author)
  const prefixColumns = Math.max(widest(before) + nameColumns, widest(before + name)) + 1
  const beside = usable - prefixColumns >= textColumnsMin
  const indent = ' '.repeat(beside ? prefixColumns : indentBelow(usable))
  const rows = textLines(message).flatMap((line) => wrap(line, Math.max(1, usable - indent.length)))
  // Only now, because they take no columns.
  const text = callsUs(look, message) ? rows.map(bold) : rows
  const head = before + styledName(name, message.author, look)
  if (beside) {
    const gap = ' '.repeat(prefixColumns - widest(before + name))
    return text.map((row, at) => (at === 0 ? head + gap : indent) + row)
  }
  return [...(widest(before + name) <= usable ? [head] : wrap(before + name, usable)), ...text.map((row) => indent + row)]
}

/** `ana, 09:01: text (2)`: what matters most comes first, as it is heard. */
function plainLines(message: Message, usable: number, label: string): string[] {
  const lines = textLines(message)
  lines[lines.length - 1] += ` (${message.id})`
  const [first = '', ...others] = lines
  const head = `${label}${authorName(message.author)}, ${clock(message.createdAt)}: `
  const indent = indentBelow(usable)
  const rows = wrap(head + first, usable)
  const rest = [...wrapRest(rows, head + first, usable), ...others.flatMap((line) => wrap(line, Math.max(1, usable - indent)))]
  return [rows[0] ?? '', ...rest.map((row) => ' '.repeat(indent) + row)]
}

/** What does not fit into the first row, cut for rows that are indented: no row begins with the text of others. */
function wrapRest([first = '', ...rest]: string[], line: string, usable: number): string[] {
  return rest.length === 0 ? [] : wrap(line.slice(first.length).trimStart(), Math.max(1, usable - indentBelow(usable)))
}

/** Hour and minute where the reader is. */
export function clock(time: string | Date): string {
  const at = new Date(time)
  return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`
}

function authorName({ name, kind }: Author): string {
  return kind === 'bot' ? `${neutralise(name)} (bot)` : neutralise(name)
}

function styledName(shown: string, { name }: Author, { colours, me }: Look): string {
  const coloured = colours === 256 ? `\x1b[38;5;${nameColour(name)}m${shown}\x1b[39m` : shown
  return colours !== 0 && (colours === 16 || name === me) ? bold(coloured) : coloured
}

const bold = (text: string): string => (text === '' ? '' : `\x1b[1m${text}\x1b[22m`)

function textLines({ text, editedAt }: Message): string[] {
  if (text === null) return ['(deleted)']
  const lines = neutraliseLines(text)
  return editedAt === null ? lines : [...lines.slice(0, -1), `${lines.at(-1)} (edited)`]
}
