import { expect, test } from 'vitest'
import { beyond, type SlowStream } from '../../src/streams/unread.ts'
import { storedUser } from '../support/stored-user.ts'

const mib = 1024 * 1024
const rounds = { bytes: 100 * mib }

const of = (user: number, addressBlock?: string): SlowStream['reader'] => ({
  user: storedUser(user, `user${user}`),
  tokenDigest: null,
  address: '',
  addressBlock
})

/** Slow for so long; with bytes of its own, and with those of rounds that end there. */
const slow = (slowFor: number, ownBytes: number, to?: number, reader = of(1)): SlowStream => ({
  reader,
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
    return { reader: of(1), slowFor: 1, unread: { ownBytes: 0, shared: { rounds: { bytes: mib }, from: 0, to: mib } } }
  })
  expect(beyond(others, 4 * mib)).toHaveLength(6)
})

const many = (count: number, one: (n: number) => SlowStream): SlowStream[] => Array.from({ length: count }, (_, n) => one(n))

test('whoever holds the most is cut first: nobody is, because somebody else has many streams, users or addresses', () => {
  // Each has been slow for longer than those who fill the memory.
  const others = many(30, (n) => slow(9, mib, undefined, of(n, `192.0.2.${n}`)))
  const bound = 31 * mib
  const greedy = {
    'one user': many(20, () => slow(1, mib, undefined, of(100))),
    'seven users at one address': many(140, (n) => slow(1, mib, undefined, of(100 + (n % 7), '203.0.113.9'))),
    'one user at twenty addresses': many(20, (n) => slow(1, mib, undefined, of(100, `203.0.113.${n}`)))
  }
  for (const [who, streams] of Object.entries(greedy)) {
    const cut = beyond([...streams, ...others], bound)
    expect
      .soft(
        cut.filter((stream) => others.includes(stream)),
        who
      )
      .toEqual([])
    expect.soft(cut, who).toHaveLength(streams.length - 1)
  }
})

test('at one address it is the user who holds the most, and of their streams those that have been slow for longest', () => {
  const at = (user: number) => of(user, '203.0.113.9')
  const classmates = many(5, (n) => slow(9, mib, undefined, at(n)))
  const greedy = many(10, (n) => slow(n + 1, mib, undefined, at(100)))
  expect(beyond([...greedy, ...classmates], 9 * mib)).toEqual(greedy.slice(4))
})

test('users on this machine, where a proxy may stand for everybody, do not count together', () => {
  const behindProxy = many(8, (n) => slow(1, mib, undefined, of(n)))
  const elsewhere = many(2, () => slow(1, mib, undefined, of(100, '203.0.113.9')))
  expect(beyond([...behindProxy, ...elsewhere], 9 * mib)).toEqual([elsewhere[1]])
})

test('however they are spread: what is kept fits, and whoever has to let go holds at least as much as anybody keeps', () => {
  let seed = 1
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  for (let run = 0; run < 200; run++) {
    const streams = many(1 + random(60), () => {
      const user = random(10)
      return slow(1 + random(5), mib, undefined, of(user, random(3) ? `192.0.2.${random(4)}` : undefined))
    })
    const bound = random(40)
    const cut = new Set(beyond(streams, bound * mib))
    const kept = streams.filter((stream) => !cut.has(stream))
    expect(kept).toHaveLength(Math.min(streams.length, bound))
    /** What the user of a stream has among these, or all at its address have, whichever is more. */
    const share = (among: SlowStream[], { reader: { user, addressBlock } }: SlowStream) =>
      Math.max(
        among.filter(({ reader }) => reader.user.id === user.id).length,
        addressBlock ? among.filter(({ reader }) => reader.addressBlock === addressBlock).length : 0
      )
    const most = Math.max(0, ...kept.map((stream) => share(kept, stream)))
    for (const stream of cut) expect(share(streams, stream)).toBeGreaterThanOrEqual(most)
  }
})
