import { expect, test } from 'vitest'
import { Choices } from '../../src/asking/choices.ts'

const words = new Choices('yes,no,sí,c,c++,👍,v1')

test.each([
  ['yes', 'yes'],
  ['YES', 'yes'],
  ['yes!', 'yes'],
  ['Yes, go', 'yes'],
  ['yes,go', 'yes'],
  ['yes…', 'yes'],
  ['yes...go', 'yes'],
  ['  yes\nbut later', 'yes'],
  ['**Yes**', 'yes'],
  ['“No.”', 'no'],
  ['¡Sí!', 'sí'],
  ['SÍ', 'sí'],
  ['si\u0301', 'sí'],
  ['ＮＯ', 'no'],
  ['no 👎', 'no'],
  ['yes👍🏽', 'yes'],
  ['👍', '👍'],
  ['👍\ufe0f👍\ufe0f', '👍'],
  ['c++!', 'c++'],
  ['C.', 'c'],
  ['v1, I think', 'v1']
])('%j is %s', (text, choice) => {
  expect(words.firstIn(text)).toBe(choice)
})

test.each(['yesterday', 'yess', 'no-one', 'yes/no', 'nope', 'well, yes', '@ci yes', 'v1.2', 'v1,5', 'no\u0331', 'si', '', '👎'])(
  '%j is none of them',
  (text) => {
    expect(words.firstIn(text)).toBeUndefined()
  }
)

test('the first one ends with 0, the others with 10 and more', () => {
  expect(['yes', 'no', 'sí', 'v1'].map((word) => words.exitCodeOf(word))).toEqual([0, 10, 11, 15])
})

test('they are told as a sentence has them', () => {
  expect([new Choices('ok'), new Choices('yes,no'), new Choices(' a , b,c ')].map(String)).toEqual([
    'ok',
    'yes or no',
    'a, b or c'
  ])
})

test.each([
  ['yes,Yes', '--choices has the same word twice: yes and Yes.'],
  ['straße,STRASSE', '--choices has the same word twice: straße and STRASSE.'],
  ['yes,,no', 'A word is missing in --choices “yes,,no”. For example: --choices yes,no'],
  ['', 'A word is missing in --choices “”. For example: --choices yes,no'],
  ['yes,\u200b', 'A word is missing in --choices “yes,\u200b”. For example: --choices yes,no'],
  ['go ahead,stop', '“go ahead” is not one word. Choices are single words between commas: --choices yes,no'],
  [Array.from({ length: 51 }, (_, n) => `w${n}`).join(), '--choices takes at most 50 words, not 51.']
])('%j is refused', (typed, message) => {
  expect(() => new Choices(typed)).toThrow(expect.objectContaining({ message, exit: 'usage' }))
})

test('fifty are not too many', () => {
  const fifty = new Choices(Array.from({ length: 50 }, (_, n) => `w${n}`).join())
  expect(fifty.exitCodeOf('w49')).toBe(58)
})
