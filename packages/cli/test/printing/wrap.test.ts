import { describe, expect, test } from 'vitest'
import { widest } from '../../src/printing/width.ts'
import { wrap } from '../../src/printing/wrap.ts'

test.each([
  ['hello world this is', 8, ['hello', 'world', 'this is']],
  ['', 8, ['']],
  ['12345678', 8, ['12345678']],
  ['aaaaaaaaaaaaaaaaaaaa b', 8, ['aaaaaaaa', 'aaaaaaaa', 'aaaa b']],
  ['  indented', 20, ['  indented']],
  ['漢字漢字漢字', 5, ['漢字', '漢字', '漢字']]
])('“%s” in %i columns', (line, columns, rows) => {
  expect(wrap(line, columns)).toEqual(rows)
})

test('a family of emoji and a letter with its accents are never cut apart', () => {
  const family = '👨‍👩‍👧‍👦'
  expect(wrap(family.repeat(3), widest(family)).join('|')).toBe(`${family}|${family}|${family}`)
  expect(wrap('e\u0301'.repeat(4), 2)).toEqual(['e\u0301e\u0301', 'e\u0301e\u0301'])
})

describe('any text', () => {
  const pieces = [
    'a',
    'word',
    ' ',
    '  ',
    'ñ',
    'e\u0301',
    '漢字',
    '😀',
    '👨‍👩‍👧',
    '🇪🇸',
    'https://example.org/a/very/long/address',
    'שלום'
  ]
  let seed = 7
  const next = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return seed % below
  }
  const texts = Array.from({ length: 200 }, () => Array.from({ length: next(30) }, () => pieces[next(pieces.length)]).join(''))

  test.each([8, 20, 79])('fits into %i columns, and nothing but spaces is lost', (columns) => {
    for (const text of texts) {
      const rows = wrap(text, columns)
      for (const row of rows) expect(widest(row)).toBeLessThanOrEqual(columns)
      expect(rows.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
    }
  })
})
