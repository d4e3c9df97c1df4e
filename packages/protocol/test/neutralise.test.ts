import fc from 'fast-check'
import { expect, test } from 'vitest'
import { neutralise, neutraliseJson, neutraliseLines } from '../src/neutralise.ts'

test.each([
  ['Spanish', '¿Qué tal, señor?'],
  ['letters with separate accents', 'e\u0301 n\u0303'],
  ['Vietnamese, decomposed', 'Tiếng Việt'.normalize('NFD')],
  ['a family', '👨‍👩‍👧‍👦'],
  ['a couple with skin tones', '👩🏽‍❤️‍💋‍👨🏿'],
  ['flags', '🇪🇸 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏳️‍🌈'],
  ['signs in emoji and text form', '❤️ ❤︎ ©️ 1️⃣'],
  ['Arabic with harakat', 'السَّلَامُ عَلَيْكُمْ'],
  ['Hebrew with niqqud', 'שָׁלוֹם'],
  ['Persian with a joiner kept apart', 'می‌خواهم'],
  ['Devanagari with joiners', 'क्‍ष र्‍य'],
  ['Thai, Tibetan, Korean decomposed', `น้ำ བོད ${'한국어'.normalize('NFD')}`],
  ['a variant of a Han character', '葛󠄀'],
  ['punctuation and mathematics', '“quotes” — … ∑ √ → ₂ ½']
])('%s stay whole', (_what, text) => {
  expect(neutralise(text)).toBe(text)
})

test.each([
  ['colours', '\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
  ['writing to the clipboard', '\x1b]52;c;aGk=\x07', '\\x1b]52;c;aGk=\\x07'],
  ['control characters of eight bits', '\u009b2J\u0085', '\\x9b2J\\x85'],
  ['carriage return, backspace, delete, NUL', 'a\rb\bc\x7fd\0', 'a\\x0db\\x08c\\x7fd\\x00'],
  ['line separators', 'a\u2028b\u2029c', 'a\\u{2028}b\\u{2029}c'],
  ['overrides of direction', '\u202eevil\u202c \u2066x\u2069', '\\u{202e}evil\\u{202c} \\u{2066}x\\u{2069}'],
  ['marks of direction', '\u200e\u200f\u061c', '\\u{200e}\\u{200f}\\u{61c}'],
  ['what is invisible', 'a\u200bb\ufeffc\u2060d\u00ade', 'a\\u{200b}b\\u{feff}c\\u{2060}d\\xade'],
  ['joiners between Latin letters', 'a\u200db\u200cc', 'a\\u{200d}b\\u{200c}c'],
  ['text smuggled in tags', 'hi\u{e0041}\u{e0042}', 'hi\\u{e0041}\\u{e0042}'],
  ['bytes smuggled in variation selectors', '😀\ufe01\u{e0101}', '😀\\u{fe01}\\u{e0101}'],
  ['a mark on nothing', '\u0301a \u0301', '\\u{301}a \\u{301}'],
  ['fillers that look like a space', 'a\u3164b\u115fc', 'a\\u{3164}b\\u{115f}c'],
  ['characters that are none', '\ufffe\u{1ffff}', '\\u{fffe}\\u{1ffff}']
])('%s are spelled out', (_what, text, expected) => {
  expect(neutralise(text)).toBe(expected)
})

test('marks are spelled out from the fifth on one letter', () => {
  expect(neutralise(`Z${'\u0335'.repeat(6)}`)).toBe(`Z${'\u0335'.repeat(4)}\\u{335}\\u{335}`)
})

test('half of a surrogate pair becomes the replacement character', () => {
  expect(neutralise('a\ud800b')).toBe('a\ufffdb')
})

test('a tab becomes two spaces, a newline is spelled out in a line and ends one in a text', () => {
  expect(neutralise('a\tb\nc')).toBe('a  b\\x0ac')
  expect(neutraliseLines('a\nb\r\nc\rd')).toEqual(['a', 'b', 'c\\x0dd'])
})

test('no text leaves anything that a terminal acts on', () => {
  const everyControl = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join('x')
  expect(neutralise(everyControl)).not.toMatch(/\p{Cc}/u)
})

test('a character is treated alike in a line of Latin letters and in any other', () => {
  const characters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code))
  expect(characters.filter((character) => `${neutralise(`a${character}`)}Ж` !== neutralise(`a${character}Ж`))).toEqual([])
})

/** Any characters at all, and those that do harm among letters. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(...'a ñ漢\u0301\u200d\ufe0f👩\u{1f3fd}\x1b[\r\n\u009b\u202e\u200b\u{e0041}\ud800\u0635\u200c')
  })
)
const acts = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u061c\ufff9-\ufffb]/u

test('whatever a text is, nothing of it acts on a terminal', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(neutralise(text)).not.toMatch(acts)
    }),
    { numRuns: 500 }
  )
})

test('whatever a text is, JSON of it is harmless and says the same', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const json = neutraliseJson(JSON.stringify({ text }))
      expect(json).not.toMatch(acts)
      expect(JSON.parse(json)).toEqual({ text })
    }),
    { numRuns: 500 }
  )
})
