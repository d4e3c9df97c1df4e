import { historyLimitMax } from '@tertulia/protocol/limits'
import { indentBelow, wrap } from '../printing/wrap.ts'
import { chat } from '../program.ts'

/** What an entered line asks for. */
export type Entered =
  | { type: 'send'; text: string }
  | { type: 'help' | 'who' | 'rooms' | 'quit' }
  | { type: 'join'; room: string }
  | { type: 'history'; count: number }
  | { type: 'search'; words: string }
  /** Without a text: to be typed. */
  | { type: 'edit'; id: number; text: string | undefined }
  | { type: 'delete'; id: number }
  /** A command that is not understood, and why. */
  | { type: 'wrong'; sentence: string }

const historyCount = 20

type Help = readonly (readonly [what: string, meaning: string])[]

const keys: Help = [
  ['Enter', 'send the line; Alt-Enter is a line break in it'],
  ['Enter (empty)', 'say whether you are up to date, and who is here'],
  ['Up, Down', 'edit your last message, or an older one; Esc leaves it as it is'],
  ['Tab', 'complete a name, after / a command, after /join a room'],
  ['Ctrl-C', 'drop the line; on an empty line, quit']
]
const keysWhereDrawn: Help = [
  ['Ctrl-L', 'clear the screen'],
  ['Paste', 'several lines become one message']
]
const keysWherePlain: Help = [['Paste', `each line becomes a message; to send several lines as one: ${chat} send -`]]
const commands: Help = [
  ['/edit ID [TEXT]', 'replace the text of one of your messages'],
  ['/delete ID', 'delete one of your messages'],
  ['/who', 'list who is here'],
  ['/rooms', 'list the rooms that you can read, and what is unread'],
  ['/join ROOM', 'talk in another room'],
  ['/history [N]', `show the ${historyCount}, or N, messages before the oldest one that you see`],
  ['/search WORDS', 'search all rooms that you can read'],
  ['/quit', 'quit, as Ctrl-D does; you stay a member'],
  ['//', 'send a text that starts with /']
]
const helpIndent = 17
/** Narrower than this beside what it is about, a meaning is easier to read under it. */
const meaningColumnsMin = 12

/** The names of the commands. */
export const slashCommands: readonly string[] = ['help', ...commands.flatMap(([usage]) => /^\/(\w+)/.exec(usage)?.[1] ?? [])]

/** `/help`, as a terminal of so many columns shows it. */
export function slashHelp(columns: number, plain: boolean): string[] {
  const usable = Math.max(1, columns - 1)
  const beside = usable - helpIndent >= meaningColumnsMin
  const indent = ' '.repeat(beside ? helpIndent : indentBelow(usable))
  return [...keys, ...(plain ? keysWherePlain : keysWhereDrawn), ...commands].flatMap(([what, meaning]) => {
    const rows = wrap(meaning, Math.max(1, usable - indent.length))
    if (beside) return rows.map((row, at) => (at === 0 ? what.padEnd(helpIndent) : indent) + row)
    return [...wrap(what, usable), ...rows.map((row) => indent + row)]
  })
}

export function readEntered(line: string): Entered {
  if (line.startsWith('//')) return { type: 'send', text: line.slice(1) }
  if (!line.startsWith('/')) return { type: 'send', text: line }
  const [, command = '', given = ''] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? []
  const rest = given.trimEnd()
  switch (command) {
    case 'help':
    case 'who':
    case 'rooms':
    case 'quit':
      return { type: command }
    case 'join':
      return /^\S+$/.test(rest) ? { type: 'join', room: rest } : wrong('type the name of a room, as in /join ops')
    case 'history': {
      const count = rest === '' ? historyCount : Number(rest)
      return Number.isInteger(count) && count >= 1 && count <= historyLimitMax
        ? { type: 'history', count }
        : wrong(`type how many messages, 1 to ${historyLimitMax}, as in /history 50`)
    }
    case 'search':
      return rest === '' ? wrong('type the words to search for, as in /search deploy friday') : { type: 'search', words: rest }
    case 'edit': {
      const [, digits, text] = /^(\d+)(?:\s+(.+))?$/s.exec(rest) ?? []
      return digits === undefined
        ? wrong('type the number of the message and its new text, as in /edit 42 hello')
        : { type: 'edit', id: Number(digits), text }
    }
    case 'delete':
      return /^\d+$/.test(rest) ? { type: 'delete', id: Number(rest) } : wrong('type the number of the message, as in /delete 42')
    default: {
      // Perhaps no command was meant. What was typed stays on the screen.
      const lost = rest === '' ? '' : `; not sent: ${line}`
      return wrong(`unknown command /${command}${lost}. /help lists them; // sends a text starting with /`)
    }
  }
}

const wrong = (sentence: string): Entered => ({ type: 'wrong', sentence })
