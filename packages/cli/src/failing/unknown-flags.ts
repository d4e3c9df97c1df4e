import { commandLine } from '../printing/command-lines.ts'
import { CommandError } from './command-error.ts'
import { nearestWord } from './nearest-word.ts'

/**
 * These flags are not known; people are told the line that they probably meant.
 * @param typed  as they were typed, with what follows a `=`
 * @param words  the whole command line
 * @param known  names of the flags that there are
 * @param way  what to do where nothing is near, as a sentence
 */
export function unknownFlags(
  typed: readonly string[],
  words: readonly string[],
  known: readonly string[],
  way: string
): CommandError {
  const meant = new Map(typed.flatMap((word) => pairsOf(word, known)))
  const names = typed.map((word) => word.replace(/=.*/s, '')).join(', ')
  const line = commandLine(words.map((word) => meant.get(word) ?? word))
  return CommandError.usage(`Unknown option: ${names}. ${meant.size < typed.length ? way : `Did you mean: ${line}`}`)
}

function pairsOf(word: string, known: readonly string[]): [string, string][] {
  const [, name = '', value = ''] = /^--([^=]*)(=.*)?$/s.exec(word) ?? []
  const near = nearestWord(name, known)
  return near === undefined ? [] : [[word, `--${near}${value}`]]
}
