import { execFileSync } from 'node:child_process'
import { neutralise } from '@tertulia/protocol/neutralise'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellWord } from '../../src/printing/shell-word.ts'

/** What a shell makes of them. */
function read(words: string[], shell: string): string[] {
  const script = `printf '%s\\0' ${words.map(shellWord).join(' ')}`
  const output = execFileSync(
    shell,
    shell === 'bash' ? ['--norc', '-O', 'extglob', '-o', 'histexpand', '-c', script] : ['-c', script]
  )
  return output.toString().split('\0').slice(0, -1)
}

test.each([
  ['hola', 'hola'],
  ['good morning', '"good morning"'],
  ["it's $5", `'it'\\''s $5'`],
  ['uno\ndos', `'uno\ndos'`],
  ['¿qué?', '"¿qué?"'],
  ['=ls', '"=ls"'],
  ['~', '"~"'],
  ['', '""'],
  ['👨‍👩‍👧 ok', '"👨‍👩‍👧 ok"'],
  ["a\tb's!", `$'a\\tb\\047s\\041'`],
  ['\x1b[31m', `$'\\033[31m'`],
  ['a\u202eb', `$'a\\342\\200\\256b'`]
])('%j is typed as %s', (word, typed) => {
  expect(shellWord(word)).toBe(typed)
})

test('a shell reads back any text, and a terminal can show how it is typed', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
    fc.constantFrom(
      "'",
      '"',
      '\\',
      '$HOME',
      '`id`',
      '!',
      '\n',
      '\t',
      '\x1b[2J',
      '\u202e',
      'e\u0301',
      '\u0301',
      ' ',
      '7',
      '👨‍👩‍👧'
    )
  )
  const word = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('').toWellFormed())
  fc.assert(
    fc.property(fc.array(word, { minLength: 20, maxLength: 40 }), (words) => {
      expect(read(words, 'bash')).toEqual(words)
      for (const typed of words.map(shellWord)) {
        for (const line of typed.split('\n')) expect(neutralise(line)).toBe(line)
      }
    }),
    { numRuns: 20 }
  )
})

test('the simplest shell reads back whatever has no control characters', () => {
  const words = ["it's", '$HOME `id` \\n', 'a\nb', '¡olé!', '"', '*', '-v', '#', '{a,b}', '']
  expect(read(words, 'sh')).toEqual(words)
})
