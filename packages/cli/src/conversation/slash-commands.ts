import { wrap } from '../printing/wrap.ts'

/** What an entered line asks for. */
export type Entered =
  | { type: 'send'; text: string }
  | { type: 'help' | 'who' | 'quit' }
  | { type: 'edit'; id: number; text: string }
  | { type: 'delete'; id: number }
  /** A command that is not understood, and why. */
  | { type: 'wrong'; sentence: string }

const help = [
  ['Enter', 'send the line; Alt-Enter is a line break in it'],
  ['Ctrl-C', 'drop the line; on an empty line, quit'],
  ['/who', 'list who is here'],
  ['/edit ID TEXT', 'replace the text of one of your messages'],
  ['/delete ID', 'delete one of your messages'],
  ['/quit', 'quit, as Ctrl-D does; you stay a member'],
  ['//', 'send a text that starts with /']
] as const
const helpIndent = 16

/** `/help`, as a terminal of so many columns shows it. */
export function slashHelp(columns: number): string[] {
  return help.flatMap(([command, meaning]) =>
    wrap(meaning, Math.max(1, columns - 1 - helpIndent)).map((row, at) => (at === 0 ? command : '').padEnd(helpIndent) + row)
  )
}

export function readEntered(line: string): Entered {
  if (line.startsWith('//')) return { type: 'send', text: line.slice(1) }
  if (!line.startsWith('/')) return { type: 'send', text: line }
  const [, command = '', rest = ''] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? []
  switch (command) {
    case 'help':
    case 'who':
    case 'quit':
      return { type: command }
    case 'edit': {
      const [, digits, text] = /^(\d+)\s+(.+)$/s.exec(rest) ?? []
      if (digits === undefined || text === undefined)
        return wrong('type the number of the message and its new text, as in /edit 42 hello')
      return { type: 'edit', id: Number(digits), text }
    }
    case 'delete':
      return /^\d+\s*$/.test(rest)
        ? { type: 'delete', id: Number(rest) }
        : wrong('type the number of the message, as in /delete 42')
    default:
      return wrong(`unknown command /${command}. /help lists them; // sends a text starting with /`)
  }
}

const wrong = (sentence: string): Entered => ({ type: 'wrong', sentence })
