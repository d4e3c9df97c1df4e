import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { realPace } from '../src/backoff.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test.each([2 ** 31, 3_000_000_000, Number.MAX_VALUE, Infinity])('a wait of %d ms is not over at once', async (ms) => {
  let over = false
  void realPace.pause(ms, undefined).then(() => {
    over = true
  })
  await vi.advanceTimersByTimeAsync(86_400_000)
  expect(over).toBe(false)
})
