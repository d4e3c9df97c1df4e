import { describe, expect, test } from 'vitest'
import { textCharsMax } from '../src/limits.ts'
import { textFault } from '../src/text-fault.ts'

const char = String.fromCodePoint

describe('a text may', () => {
  test.each([
    ['be one letter', 'a'],
    ['have several lines and tabs', 'make\n\tall\r\n'],
    ['be one emoji family', '👩‍👩‍👧‍👦'],
    ['be an emoji of a later Unicode', char(0x1fc00)],
    ['be written from right to left', 'שלום'],
    ['hold colour codes, which readers neutralise', `${char(0x1b)}[31mred`],
    ['start and end in blanks', '  hi  '],
    ['be of a private-use character', char(0xe000)],
    ['reach the limit in letters', 'a'.repeat(textCharsMax)],
    ['reach the limit in characters of two code units each', '😀'.repeat(textCharsMax)]
  ])('%s', (_, text) => {
    expect(textFault(text)).toBeUndefined()
  })
})

describe('a text is refused, and told why, when it', () => {
  const blank = 'visible'
  test.each([
    ['is empty', '', blank],
    ['is blank', ' \t\r\n', blank],
    ['is a no-break and an ideographic space', char(0xa0, 0x3000), blank],
    ['is control characters', char(0x07, 0x1b), blank],
    ['is zero-width characters', char(0x200b, 0x200d, 0xfeff), blank],
    ['is directional marks', char(0x202e, 0x2066), blank],
    ['is variation selectors and tags', char(0xfe0f, 0xe0061), blank],
    ['is a Hangul filler', char(0x3164), blank],
    ['is an empty Braille cell', char(0x2800), blank],
    ['is a noncharacter', char(0xffff), blank],
    ['holds half of a surrogate pair', 'hi \ud83d', 'surrogate'],
    ['holds NUL', 'hi\0', 'U+0000'],
    [
      'is one character too long',
      'a'.repeat(textCharsMax + 1),
      `has ${textCharsMax + 1} characters; the limit is ${textCharsMax}`
    ],
    ['is one emoji too long', '😀'.repeat(textCharsMax + 1), `has ${textCharsMax + 1} characters`]
  ])('%s', (_, text, why) => {
    expect(textFault(text)).toContain(why)
  })
})
