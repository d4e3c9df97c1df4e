import { expect, test } from 'vitest'
import { beyond, type SlowStream } from '../../src/streams/unread.ts'

const mib = 1024 * 1024
const rounds = { bytes: 100 * mib }

/** Slow for so long; with bytes of its own, and with those of rounds that end there. */
const slow = (slowFor: number, ownBytes: number, to?: number): SlowStream => ({
  slowFor,
  unread: { ownBytes, shared: to === undefined ? undefined : { rounds, from: to - mib, to } }
})

test('those that have been slow for longest are cut, until the others hold no more than they may', () => {
  const [old, older, young] = [slow(5, 10), slow(9, 10), slow(1, 10)]
  expect(beyond([old, older, young], 30)).toEqual([])
  expect(beyond([old, older, young], 29)).toEqual([older])
  expect(beyond([old, older, young], 10)).toEqual([old, older])
})

test('who has just taken all that waited is never cut', () => {
  expect(beyond([slow(0, 100), slow(1, 10)], 10)).toEqual([])
})

test('many that froze together hold the same bytes, which count once', () => {
  const together = Array.from({ length: 500 }, () => slow(3, 0, 50 * mib))
  expect(beyond(together, mib)).toEqual([])
  const oneAfterTheOther = Array.from({ length: 500 }, (_, n) => slow(n + 1, 0, (n + 1) * mib))
  expect(beyond(oneAfterTheOther, 8 * mib)).toHaveLength(492)
})

test('of another room, or another format, rounds are other bytes', () => {
  const others = Array.from({ length: 10 }, (): SlowStream => {
    return { slowFor: 1, unread: { ownBytes: 0, shared: { rounds: { bytes: mib }, from: 0, to: mib } } }
  })
  expect(beyond(others, 4 * mib)).toHaveLength(6)
})
