import { expect, test } from 'vitest'
import { formatCursor, parseAfter } from '../src/cursor.ts'

const epoch = '7f3a0k2z'

test('a cursor survives being written and read', () => {
  for (const seq of [0, 1, 57, Number.MAX_SAFE_INTEGER]) {
    expect(parseAfter(formatCursor(epoch, seq))).toEqual({ epoch, seq })
  }
})

test('the beginning and the present end have names of their own', () => {
  expect(parseAfter('0')).toBe('beginning')
  expect(parseAfter('now')).toBe('now')
})

test.each([
  ['nothing', ''],
  ['a bare number', '57'],
  ['no number', epoch],
  ['an empty number', `${epoch}.`],
  ['no epoch', '.57'],
  ['a short epoch', '7f3a.57'],
  ['a long epoch', `${'a'.repeat(17)}.57`],
  ['a capital in the epoch', '7F3A0K2Z.57'],
  ['a leading zero', `${epoch}.057`],
  ['a sign', `${epoch}.-1`],
  ['a fraction', `${epoch}.5.7`],
  ['an exponent', `${epoch}.5e7`],
  ['blanks', ` ${epoch}.57`],
  ['a second line', `${epoch}.57\n`],
  ['a number beyond the exact ones', `${epoch}.9007199254740992`],
  ['a name in capitals', 'NOW']
])('%s is no cursor', (_, text) => {
  expect(parseAfter(text)).toBeUndefined()
})
