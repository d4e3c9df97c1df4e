import { expect, test } from 'vitest'
import { TokenBuckets } from '../../src/requests/token-bucket.ts'

/** How many of `asked` requests pass at this moment. */
const passing = (buckets: TokenBuckets<string>, nowMs: number, asked = 1_000, key = 'ana') =>
  Array.from({ length: asked }, () => buckets.take(key, nowMs)).filter(({ waitMs }) => waitMs === 0).length

test('the burst passes at once, then as many as have come back', () => {
  const buckets = new TokenBuckets<string>({ burst: 60, perSecond: 5 })
  expect(passing(buckets, 5_000)).toBe(60)
  expect(passing(buckets, 5_199)).toBe(0)
  expect(passing(buckets, 5_200)).toBe(1)
  expect(passing(buckets, 7_200)).toBe(10)
  expect(passing(buckets, 1e6)).toBe(60)
})

test('who is refused pays nothing, and is told when one more passes', () => {
  const buckets = new TokenBuckets<string>({ burst: 2, perSecond: 0.1 })
  expect(buckets.take('ana', 0)).toEqual({ left: 1, waitMs: 0 })
  expect(buckets.take('ana', 0)).toEqual({ left: 0, waitMs: 0 })
  expect(buckets.take('ana', 4_000)).toEqual({ left: 0, waitMs: 6_000 })
  expect(buckets.take('ana', 9_000)).toEqual({ left: 0, waitMs: 1_000 })
  expect(buckets.take('ana', 10_000)).toEqual({ left: 0, waitMs: 0 })
})

test('in the long run exactly the pace passes, though it is no whole number of milliseconds', () => {
  const buckets = new TokenBuckets<string>({ burst: 1, perSecond: 3 })
  let passed = 0
  for (let nowMs = 0; nowMs < 100_000; nowMs += 7) passed += passing(buckets, nowMs, 1)
  expect(passed).toBeGreaterThan(295)
  expect(passed).toBeLessThanOrEqual(300)
  const even = new TokenBuckets<string>({ burst: 3, perSecond: 3 })
  for (let second = 0; second < 1_000; second++) expect(passing(even, second * 1_000)).toBe(3)
})

test('each has a bucket of their own', () => {
  const buckets = new TokenBuckets<string>({ burst: 1, perSecond: 1 })
  expect(passing(buckets, 0)).toBe(1)
  expect(passing(buckets, 0, 1, 'luis')).toBe(1)
})

test('buckets that are full again are forgotten, the others never', () => {
  const buckets = new TokenBuckets<number>({ burst: 10, perSecond: 1 })
  for (let key = 0; key < 100_000; key++) buckets.take(key, key)
  expect(buckets.size).toBeLessThan(5_000)
  const many = new TokenBuckets<number>({ burst: 1, perSecond: 1 })
  for (let key = 0; key < 10_000; key++) many.take(key, 0)
  for (let key = 0; key < 10_000; key++) expect(many.take(key, 999).waitMs).toBeCloseTo(1)
})
