import { expect, test } from 'vitest'
import { folded, literalsTest, termsOf, wordsIn } from '../../src/stores/words.ts'

const words = (text: string) => wordsIn(folded(text))

test.each([
  ['¿Cómo estás, ñandú?', ['como', 'estas', 'nandu']],
  ['STRASSE straße ΟΔΟΣ οδος ёлка', ['strasse', 'strasse', 'οδοσ', 'οδοσ', 'елка']],
  ['cafe\u0301 café CAFÉ ｃａｆｅ́', ['cafe', 'cafe', 'cafe', 'cafe']],
  ['C++20 node:sqlite v1.2', ['c', '20', 'node', 'sqlite', 'v1', '2']],
  ['great👍👍🏽 family 👨‍👩‍👧 🇵🇪', ['great', '👍', '👍', 'family', '👨', '👩', '👧', '🇵', '🇪']],
  ['東京タワーへ行く', ['東', '京', 'タ', 'ワ', 'ー', 'へ', '行', 'く']],
  ['かさ がさ', ['か', 'さ', 'が', 'さ']],
  ['สวัสดีโลก', ['ส', 'วั', 'ส', 'ดี', 'โ', 'ล', 'ก']],
  ['हिन्दी में', ['हिन्दी', 'में']],
  ['서울 사람들', ['서울', '사람들']],
  ['5 € ≥ 3 $', ['5', '€', '≥', '3']],
  ['… -- !?', []]
])('%s has these words', (text, expected) => {
  expect(words(text)).toEqual(expected)
})

test('a word of any length is one, of which the beginning counts', () => {
  expect(words('x'.repeat(4_000))).toEqual(['x'.repeat(100)])
  expect(words('𝒳'.repeat(4_000))).toEqual(['x'.repeat(100)])
  expect(words('𐐨'.repeat(4_000))).toEqual(['𐐨'.repeat(100)])
})

const term = (list: string[], more: object = {}) => ({ words: list, isBeginning: false, literals: [], ...more })

test.each([
  ['hola', [term(['hola'], { isBeginning: true })]],
  ['Hola  mundo ', [term(['hola']), term(['mundo'], { isBeginning: true })]],
  ['"hola mundo"', [term(['hola', 'mundo'])]],
  ['uno "dos tres" cua', [term(['uno']), term(['dos', 'tres']), term(['cua'], { isBeginning: true })]],
  ['“dos tres', [term(['dos', 'tres'])]],
  ['C++20', [term(['c', '20'], { isBeginning: true, literals: ['c++20'] })]],
  ['C++ code', [term(['c'], { literals: ['c++'] }), term(['code'], { isBeginning: true })]],
  ['code C++', [term(['code']), term(['c'], { literals: ['c++'] })]],
  ['(hola), ¿qué?', [term(['hola']), term(['que'], { isBeginning: true })]],
  ['don’t', [term(['don', 't'], { isBeginning: true, literals: ["don't"] })]],
  ['- hola', [term(['hola'], { isBeginning: true })]],
  ['hola -', [term(['hola'])]],
  ['…', []],
  ['""', []]
])('%s asks for these', (query, expected) => {
  expect(termsOf(query)).toEqual(expected)
})

test.each([
  ['C++', 'C++20 is out', true],
  ['C++', 'c plus plus', false],
  ['C++20', 'in C 20 years', false],
  ['C++20', 'c++201', true],
  ['"C++20"', 'c++201', false],
  ['C++20 x', 'c++201 x', false],
  ['++C c++', 'abc++', false],
  ['node:sqlite', 'use NODE:SQLite now', true],
  ['a.b', 'a b', false],
  ['👍🏽', 'ok 👍', false],
  ['👍🏽', 'ok👍🏽!', true],
  ["d'accord", 'D’accord', true],
  ['build-118', 'the build-118 passed', true],
  ['build-118', 'build 118 passed', false]
])('what stands inside a word counts: %s in “%s”: %s', (query, text, expected) => {
  expect(literalsTest(termsOf(query))?.(text)).toBe(expected)
})

test('every character can be searched for', () => {
  const signs = Array.from({ length: 0x7f - 0x21 }, (_, at) => String.fromCharCode(0x21 + at)).filter((sign) => sign !== '"')
  for (const sign of signs) expect(literalsTest(termsOf(`a${sign}b`))?.(`x a${sign}b`) ?? true, sign).toBe(true)
})
