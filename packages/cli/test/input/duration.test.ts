import { expect, test } from 'vitest'
import { durationMs, durationWords } from '../../src/input/duration.ts'

test.each([
  ['30', 30_000],
  ['30s', 30_000],
  ['250ms', 250],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000]
])('%s is %i ms', (typed, ms) => {
  expect(durationMs(typed)).toBe(ms)
})

test.each(['', '0', '0s', '-1', '1.5s', '10 m', '5x', 'soon'])('“%s” is none, and what one looks like is told', (typed) => {
  expect(() => durationMs(typed)).toThrow(`“${typed}” is not a duration (try 30s, 10m, 2h)`)
})

test.each(['25d', '99999999999999999999'])('%s is too long', (typed) => {
  expect(() => durationMs(typed)).toThrow(`“${typed}” is too long; the longest duration is 24d`)
})

test.each([
  ['5', '5 s'],
  ['90s', '1 min 30 s'],
  ['2h', '2 h'],
  ['250ms', '250 ms']
])('%s is told with its unit: %s', (typed, words) => {
  expect(durationWords(durationMs(typed))).toBe(words)
})
