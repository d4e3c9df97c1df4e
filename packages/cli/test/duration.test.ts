import { expect, test } from 'vitest'
import { durationMs } from '../src/duration.ts'

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

test.each(['', '0', '0s', '-1', '1.5s', '10 m', '10x', 'soon', '25d', '99999999999999999999'])(
  '“%s” is none, and is told what one looks like',
  (typed) => {
    expect(() => durationMs(typed)).toThrow(/One looks like 30s, 10m or 1h30m/)
  }
)
