import { chat } from '../program.ts'
import { shellWord } from './shell-word.ts'

/**
 * The command line that sends a text.
 * @param key  of an attempt whose end is not known: with it there is no second message
 * @param flags  where to, and as whom
 */
export function sendLine(text: string, flags: readonly string[], key?: string): string {
  const words = ['send', ...(key === undefined ? [] : ['--key', key]), ...flags]
  // Standard input, were it an argument.
  if (text === '-') return `echo - | ${commandLine(words)} -`
  return commandLine([...words, ...argument(text)])
}

export function editLine(id: number, text: string, flags: readonly string[]): string {
  const words = ['edit', ...flags, String(id)]
  if (text === '-') return `echo - | ${commandLine(words)} -`
  return commandLine([...words, ...argument(text)])
}

export const deleteLine = (id: number, flags: readonly string[]): string => commandLine(['delete', ...flags, String(id)])

/** The command line with these words, as it is typed. */
export const commandLine = (words: readonly string[]): string => [chat, ...words.map(shellWord)].join(' ')

/** What begins with - would be an option. */
const argument = (text: string): string[] => (text.startsWith('-') ? ['--', text] : [text])
