import { expect, test } from 'vitest'
import { TokenCache } from '../../src/services/token-cache.ts'
import type { StoredToken } from '../../src/stores/records.ts'
import { storedUser } from '../support/stored-user.ts'

const digest = (n: number) => new Uint8Array(32).fill(n)
const user = storedUser(1, 'ana')

/** A store that says which tokens there are, and how often it was asked; `hold` lets it wait with its answers. */
function openCache({ tokensMax = 100, expiresAtMs = null as number | null, trustMs = undefined as number | undefined } = {}) {
  const there = new Set([1, 2, 3])
  let asked = 0
  let nowMs = 0
  let held: Promise<void> | undefined
  const token = async ([n = 0]: Uint8Array): Promise<StoredToken | undefined> => {
    asked++
    const found = there.has(n)
    await held
    return found ? { id: n, user, kind: 'session', scope: 'write', rooms: null, expiresAtMs } : undefined
  }
  const cache = new TokenCache({ store: { token }, now: () => nowMs, tokensMax, trustMs, clock: () => nowMs })
  return {
    cache,
    idOf: async (n: number) => (await cache.find(digest(n)))?.id,
    end: (n: number) => void there.delete(n),
    asked: () => asked,
    pass: (ms: number) => {
      nowMs += ms
    },
    hold: () => {
      let goOn = () => {}
      held = new Promise((resolve) => {
        goOn = resolve
      })
      return () => {
        held = undefined
        goOn()
      }
    }
  }
}

test('the store is asked once for a token, however often it comes', async () => {
  const { idOf, asked } = openCache()
  expect(await Promise.all([idOf(1), idOf(1), idOf(1)])).toEqual([1, 1, 1])
  expect(await idOf(1)).toBe(1)
  expect(asked()).toBe(1)
})

test('a token that was forgotten is asked for again', async () => {
  const { cache, idOf, end } = openCache()
  expect([await idOf(1), await idOf(2)]).toEqual([1, 2])
  end(1)
  end(2)
  cache.forget(digest(1))
  expect(await idOf(1)).toBeUndefined()
  cache.forgetAll()
  expect(await idOf(2)).toBeUndefined()
})

test.each(['forget', 'forgetAll'] as const)('what was being read when %s came is not remembered', async (how) => {
  const { cache, idOf, end, hold } = openCache()
  const goOn = hold()
  const early = idOf(1)
  await new Promise(setImmediate)
  end(1)
  cache[how](digest(1))
  const late = idOf(1)
  goOn()
  expect(await early).toBe(1) // it came before the end
  expect(await late).toBeUndefined()
  expect(await idOf(1)).toBeUndefined()
})

test('whom nobody knows is not remembered', async () => {
  const { idOf, asked } = openCache()
  expect([await idOf(9), await idOf(9)]).toEqual([undefined, undefined])
  expect(asked()).toBe(2)
})

test('a token counts until its time is over, also one that is remembered', async () => {
  const { idOf, pass } = openCache({ expiresAtMs: 1_000 })
  pass(999)
  expect(await idOf(1)).toBe(1)
  pass(1)
  expect(await idOf(1)).toBeUndefined()
})

test('only so many are remembered, those that were used last', async () => {
  const { idOf, asked } = openCache({ tokensMax: 2 })
  for (const n of [1, 2, 1, 3]) await idOf(n)
  expect(asked()).toBe(3)
  await idOf(1)
  expect(asked()).toBe(3)
  await idOf(2)
  expect(asked()).toBe(4)
})

test('where others end tokens too, the store is believed for so long, and then asked again', async () => {
  const { idOf, asked, end, pass } = openCache({ trustMs: 1_000 })
  expect([await idOf(1), await idOf(2)]).toEqual([1, 2])
  end(1) // by another node
  pass(999)
  expect([await idOf(1), asked()]).toEqual([1, 2])
  pass(1)
  expect([await idOf(1), await idOf(2), asked()]).toEqual([undefined, 2, 4])
  pass(999)
  expect([await idOf(2), asked()]).toEqual([2, 4])
})

test('what is not read again in time is not kept for ever', async () => {
  const { idOf, asked, pass } = openCache({ trustMs: 1_000, tokensMax: 2 })
  await idOf(1)
  pass(5_000)
  for (const n of [2, 3]) await idOf(n)
  expect(asked()).toBe(3)
  await idOf(1)
  expect(asked()).toBe(4)
})

test('after a read that failed the store is asked again', async () => {
  let fails = true
  const token = async () => {
    if (fails) throw new Error('disk on fire')
    return undefined
  }
  const cache = new TokenCache({ store: { token }, now: () => 0 })
  await expect(cache.find(digest(1))).rejects.toThrow('disk on fire')
  fails = false
  expect(await cache.find(digest(1))).toBeUndefined()
})
