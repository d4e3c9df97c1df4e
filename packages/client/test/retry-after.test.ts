import { expect, test } from 'vitest'
import { retryAfterMs } from '../src/retry-after.ts'

const fiveMinutes = 300_000
const asked = (value: string | null, date: string | null = null) =>
  retryAfterMs({ header: (name) => (name === 'retry-after' ? value : name === 'date' ? date : null) })

test.each([
  ['0', 0],
  ['20', 20_000],
  ['301', fiveMinutes],
  ['3000000', fiveMinutes],
  ['99999999999999999999', fiveMinutes]
])('“%s” is seconds, five minutes at most', (value, ms) => {
  expect(asked(value)).toBe(ms)
})

test('so are more digits than a number can hold', () => {
  expect(asked('9'.repeat(400))).toBe(fiveMinutes)
})

test.each([
  ['Mon, 23 Nov 2026 10:00:30 GMT', 30_000],
  ['Monday, 23-Nov-26 10:00:30 GMT', 30_000],
  ['Mon Nov 23 10:00:30 2026', 30_000],
  ['Mon, 23 Nov 2026 09:00:00 GMT', 0],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
  ['Fri, 31 Dec 9999 23:59:59 GMT', fiveMinutes]
])('“%s” is a date, by the clock of whoever answers', (value, ms) => {
  expect(asked(value, 'Mon, 23 Nov 2026 10:00:00 GMT')).toBe(ms)
})

test('a date is by our own clock where the answer does not tell its own', () => {
  expect(asked(new Date(Date.now() - 1_000).toUTCString())).toBe(0)
  expect(asked(new Date(Date.now() + 3_600_000).toUTCString())).toBe(fiveMinutes)
})

test.each([null, '', '-5', '1.5', '1e9', 'NaN', 'Infinity', 'soon', '20 s', '2026-11-23T10:00:30Z', 'Mon, 99 Foo 2026 GMT'])(
  '“%s” asks for nothing',
  (value) => {
    expect(asked(value)).toBeUndefined()
  }
)
