import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linksMax, sessionsMax } from '@tertulia/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Answer, CommandKind, Results, Store, StoredPassword } from '../../src/stores/store.ts'

const atMs = Date.UTC(2026, 10, 23, 10)
const bytes = (n: number): Uint8Array => new Uint8Array(32).fill(n, 0, 31).fill(n >> 8, 31)
const password = (n: number): StoredPassword => ({ salt: bytes(n), hash: bytes(n), cost: 2, blockSize: 1, parallelization: 1 })

function accepted<K extends CommandKind>(answer: Answer<K>): Results[K] {
  if (answer.refused) throw new Error(`refused: ${JSON.stringify(answer.refused)}`)
  return answer as Results[K]
}
const codeOf = (answer: Answer<CommandKind>): string | undefined => answer.refused?.code
const plain = (digests: Uint8Array[]) => digests.map((digest) => [...digest])

/** What every store keeps of how people are known. `open` is called again with the same folder to see what a restart leaves. */
export const accountsContract = (name: string, open: (folder: string) => Promise<Store>) =>
  describe(`${name} store, accounts`, () => {
    let folder: string
    let store: Store
    let ana: number
    let luis: number

    const register = async (name: string, n: number, own?: StoredPassword) => {
      const tokenDigest = bytes(n)
      const given = own ? { password: own } : {}
      const [answer] = await store.commit([{ kind: 'register', name, userKind: 'person', tokenDigest, ...given, atMs }])
      return accepted(answer).user.id
    }
    const signIn = async (hash: number, digest: number, user = ana) =>
      (await store.commit([{ kind: 'sign-in', user, hash: bytes(hash), tokenDigest: bytes(digest), atMs }]))[0]
    const makeLink = async (code: number, by = 1, expiresAtMs = atMs + 1_000) =>
      (
        await store.commit([
          { kind: 'make-link', actor: by === 1 ? ana : luis, by: bytes(by), codeDigest: bytes(code), expiresAtMs }
        ])
      )[0]
    const redeem = (code: number, digest: number, at = atMs) =>
      ({ kind: 'redeem-link', codeDigest: bytes(code), tokenDigest: bytes(digest), atMs: at }) as const
    const setPassword = async (was: number | null, n: number, by = 1) =>
      (
        await store.commit([
          { kind: 'set-password', actor: ana, by: bytes(by), was: was === null ? null : bytes(was), password: password(n) }
        ])
      )[0]
    const ownerOf = async (digest: number) => (await store.token(bytes(digest)))?.user.name
    const reopen = async () => {
      await store.close()
      store = await open(folder)
    }

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tertulia-accounts-'))
      store = await open(folder)
      ana = await register('ana', 1, password(100))
      luis = await register('luis', 2)
    })
    afterEach(async () => {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    })

    test('whoever registers has a session, which may do what they may', async () => {
      expect(await store.token(bytes(1))).toEqual({
        id: expect.any(Number),
        user: expect.objectContaining({ id: ana, name: 'ana' }),
        kind: 'session',
        scope: 'write',
        rooms: null,
        expiresAtMs: null
      })
    })

    test('an account is found in any spelling, with its password or without', async () => {
      expect(await store.account('ANA')).toMatchObject({
        user: { id: ana },
        password: { cost: 2, blockSize: 1, parallelization: 1 }
      })
      expect(Buffer.from((await store.account('ana'))?.password?.hash ?? [])).toEqual(Buffer.from(bytes(100)))
      expect(await store.account('luis')).toMatchObject({ user: { id: luis }, password: null })
      expect(await store.account('nobody')).toBeUndefined()
    })

    describe('signing in', () => {
      test('begins one more session, also after a restart', async () => {
        expect(accepted(await signIn(100, 3))).toMatchObject({ user: { name: 'ana' }, ended: [] })
        await reopen()
        expect([await ownerOf(1), await ownerOf(3)]).toEqual(['ana', 'ana'])
      })

      test('with a password that was changed meanwhile begins none', async () => {
        accepted(await setPassword(100, 101))
        expect(codeOf(await signIn(100, 3))).toBe('sign-in-failed')
        expect(codeOf(await signIn(100, 3, luis))).toBe('sign-in-failed')
        expect(await ownerOf(3)).toBeUndefined()
      })

      test('may bring the same password in other parameters', async () => {
        const renewed = { ...password(102), cost: 4 }
        const command = { kind: 'sign-in', user: ana, hash: bytes(100), renewed, tokenDigest: bytes(3), atMs } as const
        accepted((await store.commit([command]))[0])
        expect((await store.account('ana'))?.password?.cost).toBe(4)
        expect(codeOf(await signIn(100, 4))).toBe('sign-in-failed')
        accepted(await signIn(102, 4))
      })

      test('on more devices than anybody has ends the oldest session', async () => {
        for (let n = 1; n < sessionsMax; n++) expect(accepted(await signIn(100, 1_000 + n)).ended).toEqual([])
        expect(plain(accepted(await signIn(100, 3_000)).ended)).toEqual([[...bytes(1)]])
        expect([await ownerOf(1), await ownerOf(1_001), await ownerOf(3_000), await ownerOf(2)]).toEqual([
          undefined,
          'ana',
          'ana',
          'luis'
        ])
      })

      test('out ends that session alone', async () => {
        accepted(await signIn(100, 3))
        const [done] = await store.commit([{ kind: 'sign-out', tokenDigest: bytes(3) }])
        expect(plain(accepted(done).ended)).toEqual([[...bytes(3)]])
        expect([await ownerOf(3), await ownerOf(1)]).toEqual([undefined, 'ana'])
      })
    })

    describe('a link', () => {
      test('signs in as who made it, once, also when two use it at the same moment or after a restart', async () => {
        accepted(await makeLink(50))
        const answers = await Promise.all([5, 6, 7].map(async (n) => (await store.commit([redeem(50, n)]))[0]))
        expect(answers.map(codeOf).sort()).toEqual(['link-spent', 'link-spent', undefined])
        const signedIn = await Promise.all([5, 6, 7].map(ownerOf))
        expect(signedIn.filter((name) => name === 'ana')).toHaveLength(1)
        await reopen()
        expect(codeOf((await store.commit([redeem(50, 8)]))[0])).toBe('link-spent')
      })

      test('is told apart from one that is too old and from one that never was', async () => {
        accepted(await makeLink(50))
        expect(codeOf((await store.commit([redeem(50, 5, atMs + 1_000)]))[0])).toBe('link-expired')
        expect(codeOf((await store.commit([redeem(51, 5)]))[0])).toBe('sign-in-failed')
        accepted((await store.commit([redeem(50, 5, atMs + 999)]))[0])
      })

      test('is not made by a token that has ended', async () => {
        await store.commit([{ kind: 'sign-out', tokenDigest: bytes(1) }])
        expect(codeOf(await makeLink(50))).toBe('unauthorized')
        expect(codeOf((await store.commit([redeem(50, 5)]))[0])).toBe('sign-in-failed')
      })

      test('is forgotten when its maker has made many newer ones, and only theirs', async () => {
        accepted(await makeLink(49, 2, atMs + 1))
        for (let n = 0; n <= linksMax; n++) accepted(await makeLink(50 + n, 1, atMs + 10 + n))
        expect(codeOf((await store.commit([redeem(50, 5)]))[0])).toBe('sign-in-failed')
        accepted((await store.commit([redeem(51, 5)]))[0])
        expect(accepted((await store.commit([redeem(49, 6)]))[0]).user.name).toBe('luis')
      })
    })

    describe('a new password', () => {
      test('ends every other session of its user, and all links', async () => {
        accepted(await signIn(100, 3))
        accepted(await signIn(100, 4))
        accepted(await makeLink(50))
        const { ended } = accepted(await setPassword(100, 101, 3))
        expect(plain(ended).sort()).toEqual([[...bytes(1)], [...bytes(4)]].sort())
        expect([await ownerOf(1), await ownerOf(3), await ownerOf(4), await ownerOf(2)]).toEqual([
          undefined,
          'ana',
          undefined,
          'luis'
        ])
        expect(codeOf((await store.commit([redeem(50, 5)]))[0])).toBe('sign-in-failed')
      })

      test('takes the place of the one that was known, and of no other', async () => {
        expect(codeOf(await setPassword(99, 101))).toBe('wrong-password')
        expect(codeOf(await setPassword(null, 101))).toBe('wrong-password')
        accepted(await setPassword(100, 101))
        expect(codeOf(await setPassword(100, 102))).toBe('wrong-password')
        expect(codeOf(await signIn(101, 3))).toBeUndefined()
      })

      test('is not set by a token that has ended', async () => {
        await store.commit([{ kind: 'sign-out', tokenDigest: bytes(1) }])
        expect(codeOf(await setPassword(100, 101))).toBe('unauthorized')
        accepted(await signIn(100, 3))
      })
    })
  })
