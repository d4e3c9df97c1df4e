import { neutralise } from '@tertulia/protocol/neutralise'

/** A word as it is typed in a shell, quoted where that is needed. It can be shown on a terminal, and copied from there. */
export function shellWord(word: string): string {
  if (/^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word)) return word
  if (word.split('\n').some((line) => neutralise(line) !== line)) return ansiQuoted(word)
  return /["$`\\!\n]/.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : `"${word}"`
}

/** `$'a\tb'`, as bash, zsh, ksh and POSIX since 2024 read it: with the bytes of whatever would not be seen, or do something. */
function ansiQuoted(word: string): string {
  return `$'${word.replace(/[\p{C}\p{M}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}'\\!]/gu, spelled)}'`
}

const short: Record<string, string> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\\': '\\\\' }

/** In octal, three digits each, so that no digit that follows is taken for one more. */
const spelled = (character: string): string =>
  short[character] ?? Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
