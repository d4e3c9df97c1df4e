import { describe, expect, test } from 'vitest'
import { nameBytesMax, nameCharsMax, nameMarksMax } from '../src/limits.ts'
import { findNameFault, nameFault, reservedNames } from '../src/name-fault.ts'

/** Characters that a reader of this file could not see are written by number. */
const char = String.fromCodePoint

describe('a name may be', () => {
  test.each([
    ['a letter', 'x'],
    ['plain', 'ana'],
    ['capitals, digits and the three signs', 'Bot-7_b.2'],
    ['digits alone', '42'],
    ['Spanish', 'Ñandú'],
    ['decomposed', 'José'.normalize('NFD')],
    ['Vietnamese', 'Nguyễn'],
    ['Turkish', 'İlkay'],
    ['Greek', 'Ελένη'],
    ['Cyrillic', 'Дмитрий'],
    ['Armenian', 'Արամ'],
    ['Georgian', 'ქეთი'],
    ['Arabic', 'محمد'],
    ['Hebrew', 'דוד'],
    ['Devanagari, with its vowel signs', 'नेहा'],
    ['Tamil', 'தமிழ்'],
    ['Thai', 'สมชาย'],
    ['Ethiopic', 'አበበ'],
    ['Korean', '김철수'],
    ['Chinese', '田中'],
    ['Japanese in three scripts', '田中さんのカメラ'],
    ['Japanese with Latin', '東京Tokyo'],
    ['Korean with Latin', '한국-dev'],
    ['Bopomofo with Latin', 'ㄅㄆ-abc'],
    ['a script outside the recommended ones', 'ᏣᎳᎩ'],
    ['marks, as many as are allowed', `a${char(0x301).repeat(nameMarksMax)}`],
    ['Tibetan, with a stack of marks', 'བསྒྲུབས'],
    ['Hebrew, with its points', 'דָּוִד'],
    ['as long as the limit of characters', 'a'.repeat(nameCharsMax)],
    ['as long as the limit of bytes', 'ñ'.repeat(nameBytesMax / 2)]
  ])('%s', (_, name) => {
    expect(nameFault(name)).toBeUndefined()
  })
})

describe('a name is refused, and told why, when it', () => {
  test.each([
    ['is empty', '', 'empty'],
    ['starts with a sign', '-ana', 'first a letter or digit'],
    ['has a space', 'Ana María', 'for example ana-maria'],
    ['starts with a combining mark', `${char(0x301)}ana`, 'first a letter or digit'],
    ['holds a space', 'ana maria', 'then letters, digits'],
    ['holds a slash', 'a/b', 'then letters, digits'],
    ['holds a control character', `ana${char(7)}`, 'then letters, digits'],
    ['holds an emoji', 'ana😀', 'then letters, digits'],
    ['would hold a forbidden sign once normalised', '㏂', 'then letters, digits'],
    ['has one character too many', 'a'.repeat(nameCharsMax + 1), `${nameCharsMax} characters`],
    ['has few characters and too many bytes', '田'.repeat(22), `${nameBytesMax} bytes`],
    ['holds half of a surrogate pair', 'ana\ud800', 'well-formed'],
    ['has a fifth mark on a letter', `a${char(0x301).repeat(nameMarksMax + 1)}`, `${nameMarksMax} marks`],
    ['has it however it is written', `á${char(0x301).repeat(nameMarksMax)}`, `${nameMarksMax} marks`],
    ['holds a zero-width space', `a${char(0x200b)}na`, 'invisible'],
    ['holds a soft hyphen', `a${char(0xad)}na`, 'invisible'],
    ['turns its direction around', `${char(0x202e)}ana`, 'invisible'],
    ['is a Hangul filler, a letter without a shape', char(0x3164), 'invisible'],
    ['holds a noncharacter', `a${char(0xfdd0)}`, 'invisible'],
    ['mixes Latin with Cyrillic', `p${char(0x430)}ypal`, 'mix scripts'],
    ['mixes Latin with Greek', `${char(0x3a9)}mega`, 'mix scripts'],
    ['mixes Latin with Arabic digits', `ana${char(0x663)}`, 'mix scripts'],
    ['mixes Hangul with Kana', '한カ', 'mix scripts'],
    ['mixes Latin with Cherokee', 'ᏣᎳabc', 'mix scripts'],
    ['mixes two scripts outside the recommended ones', `${char(0x13e3)}${char(0x2c81)}`, 'mix scripts']
  ])('%s', (_, name, why) => {
    expect(nameFault(name)).toContain(why)
  })

  test.each([...reservedNames])('is reserved, in any spelling: %s', (name) => {
    const wide = [...name].map((letter) => char((letter.codePointAt(0) ?? 0) + 0xfee0)).join('')
    const [dotless, dotted] = [name.replaceAll('i', 'ı'), name.toUpperCase().replaceAll('I', 'İ')]
    for (const spelling of [name, name.toUpperCase(), wide, dotless, dotted]) expect(nameFault(spelling)).toContain('reserved')
  })
})

test('a name is looked at in small pieces where others have to be served in between', () => {
  const piecesOf = (name: string) => [...findNameFault(name)].length
  expect(piecesOf('ana')).toBe(2) // most names are: it is compared with one script, and a pattern is made of no other
  expect(piecesOf('анна')).toBeLessThan(40)
  expect(piecesOf('\u0561\u16a0')).toBeGreaterThan(100) // two scripts, which is known when all have been tried
})
