import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { botsMax, linksMax, sessionsMax, tokensMax } from '@tertulia/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Answer, Command, CommandKind, Results } from '../../src/stores/commands.ts'
import type { StoredPassword } from '../../src/stores/records.ts'
import type { Store } from '../../src/stores/store.ts'

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

    describe('a token for a program', () => {
      interface Wanted {
        by?: number
        bot?: string
        scope?: 'read' | 'write'
        rooms?: string[] | null
        expiresAtMs?: number | null
        at?: number
      }
      const make = async (
        name: string,
        n: number,
        { by = 1, bot, scope = 'write', rooms = null, expiresAtMs = null, at = atMs }: Wanted = {}
      ) =>
        (
          await store.commit([
            {
              kind: 'make-token',
              actor: by === 2 ? luis : ana,
              by: bytes(by),
              name,
              scope,
              rooms,
              expiresAtMs,
              tokenDigest: bytes(n),
              atMs: at,
              ...(bot && { bot })
            }
          ])
        )[0]
      const end = async (id: number, by = 1) =>
        (await store.commit([{ kind: 'end-token', actor: by === 2 ? luis : ana, by: bytes(by), id }]))[0]
      const makeBot = async (name: string, n: number, by = 1) =>
        (
          await store.commit([
            {
              kind: 'make-bot',
              actor: by === 2 ? luis : ana,
              by: bytes(by),
              name,
              tokenName: 'first',
              tokenDigest: bytes(n),
              atMs
            }
          ])
        )[0]
      const createRoom = async (name: string, visibility: 'public' | 'private', actor = ana) =>
        accepted((await store.commit([{ kind: 'create-room', actor, name, title: '', visibility, atMs }]))[0]).log

      test('is what was asked for, also after a restart, and is listed by name', async () => {
        const secret = await createRoom('secret', 'private')
        const bound = accepted(
          await make('nightly', 20, { scope: 'read', rooms: ['SECRET', 'general'], expiresAtMs: atMs + 5 })
        ).token
        expect(bound).toEqual({
          id: expect.any(Number),
          name: 'nightly',
          scope: 'read',
          rooms: ['general', 'secret'],
          expiresAt: '2026-11-23T10:00:00.005Z',
          createdAt: '2026-11-23T10:00:00.000Z'
        })
        const free = accepted(await make('Backup', 21)).token
        expect(free).toMatchObject({ rooms: null, scope: 'write', expiresAt: null })
        await reopen()
        expect(await store.token(bytes(20))).toMatchObject({
          id: bound.id,
          user: { name: 'ana' },
          kind: 'named',
          scope: 'read',
          expiresAtMs: atMs + 5,
          rooms: [
            { log: 1, name: 'general' },
            { log: secret, name: 'secret' }
          ]
        })
        expect(await store.tokens(ana, { limit: 9 })).toEqual({ items: [free, bound], next: undefined })
        expect(await store.tokens(ana, { limit: 1 })).toEqual({ items: [free], next: 'backup' })
        expect((await store.tokens(ana, { limit: 1, after: 'backup' })).items).toEqual([bound])
        expect((await store.tokens(luis, { limit: 9 })).items).toEqual([])
      })

      test('has a name of its own among those of its user, until its time is over', async () => {
        const first = accepted(await make('nightly', 20, { expiresAtMs: atMs + 5 })).token
        expect(codeOf(await make('Nightly', 21))).toBe('name-taken')
        accepted(await make('nightly', 22, { by: 2 }))
        const second = accepted(await make('Nightly', 23, { at: atMs + 5 })).token
        expect(second.id).toBeGreaterThan(first.id)
        expect(await store.token(bytes(20))).toBeUndefined()
      })

      test('is for no room that its user may not see', async () => {
        await createRoom('secret', 'private', luis)
        expect((await make('nightly', 20, { rooms: ['general', 'secret'] })).refused).toEqual({
          code: 'room-not-found',
          room: 'secret'
        })
        expect((await make('nightly', 20, { rooms: ['nowhere'] })).refused).toEqual({ code: 'room-not-found', room: 'nowhere' })
        expect(await store.token(bytes(20))).toBeUndefined()
      })

      test('is not made by a token that has ended, whatever its user is still signed in with', async () => {
        accepted(await signIn(100, 3))
        await store.commit([{ kind: 'sign-out', tokenDigest: bytes(1) }])
        expect(codeOf(await make('nightly', 20))).toBe('unauthorized')
        expect((await store.tokens(ana, { limit: 9 })).items).toEqual([])
      })

      test('is ended by its user, and by nobody else', async () => {
        const { id } = accepted(await make('nightly', 20)).token
        expect(codeOf(await end(id, 2))).toBe('token-not-found')
        const session = (await store.token(bytes(2)))?.id ?? 0
        expect(codeOf(await end(session, 2))).toBe('token-not-found')
        expect(plain(accepted(await end(id)).ended)).toEqual([[...bytes(20)]])
        expect(await store.token(bytes(20))).toBeUndefined()
        expect(codeOf(await end(id))).toBe('token-not-found')
        expect(accepted(await make('nightly', 21)).token.id).toBeGreaterThan(id)
      })

      test('outlives a change of the password, and an end of the session that made it', async () => {
        accepted(await make('nightly', 20))
        accepted(await setPassword(100, 101))
        await store.commit([{ kind: 'sign-out', tokenDigest: bytes(1) }])
        expect(await ownerOf(20)).toBe('ana')
      })

      test('of a bot is made and ended by whoever owns the bot', async () => {
        const bot = accepted(await makeBot('ci', 20)).user
        expect(bot).toMatchObject({ name: 'ci', kind: 'bot' })
        expect(await store.token(bytes(20))).toMatchObject({ user: { name: 'ci' }, kind: 'named', scope: 'write', rooms: null })
        expect((await store.tokens(bot.id, { limit: 9 })).items).toMatchObject([{ name: 'first' }])
        expect(codeOf(await make('more', 21, { by: 2, bot: 'ci' }))).toBe('user-not-found')
        const { id } = accepted(await make('more', 21, { bot: 'CI' })).token
        expect(await ownerOf(21)).toBe('ci')
        expect(codeOf(await end(id, 2))).toBe('token-not-found')
        accepted(await end(id))
        expect(await ownerOf(21)).toBeUndefined()
      })

      test('bots have names as everybody has, and are listed with their owner', async () => {
        accepted(await makeBot('ci', 20))
        accepted(await makeBot('Backup', 21))
        for (const name of ['ana', 'CI']) expect(codeOf(await makeBot(name, 22, 2))).toBe('name-taken')
        expect((await store.bots(ana, { limit: 9 })).items.map(({ name }) => name)).toEqual(['Backup', 'ci'])
        expect((await store.bots(luis, { limit: 9 })).items).toEqual([])
        expect(await store.bot(ana, 'CI')).toMatchObject({ name: 'ci' })
        expect(await store.bot(luis, 'ci')).toBeUndefined()
        expect(await store.bot(ana, 'luis')).toBeUndefined()
      })

      test('there are so many of each and no more', async () => {
        for (let n = 0; n < tokensMax; n++) accepted(await make(`t${n}`, 1_000 + n))
        expect(codeOf(await make('more', 3_000))).toBe('too-many-tokens')
        accepted(await make('more', 3_001, { by: 2 }))
        for (let n = 0; n < botsMax; n++) accepted(await makeBot(`b${n}`, 2_000 + n))
        expect(codeOf(await makeBot('more', 3_002))).toBe('too-many-bots')
      })

      test('rooms that are named are listed by name, as far as the reader may see them', async () => {
        const [ops, secret, hidden] = [
          await createRoom('ops', 'public'),
          await createRoom('secret', 'private'),
          await createRoom('hidden', 'private', luis)
        ]
        const namesOf = async (range: object) =>
          (await store.rooms(ana, { limit: 9, among: [secret, hidden, ops, 1], ...range })).items.map(({ name }) => name)
        expect(await namesOf({})).toEqual(['general', 'ops', 'secret'])
        expect(await namesOf({ own: true })).toEqual(['ops', 'secret'])
        expect(await namesOf({ beginning: 's' })).toEqual(['secret'])
        expect(await namesOf({ limit: 1, after: 'general' })).toEqual(['ops'])
      })
    })

    describe('leaving for ever', () => {
      const leave = async (by = 1, bot?: string) =>
        (await store.commit([{ kind: 'leave-for-ever', actor: by === 1 ? ana : luis, by: bytes(by), bot, atMs }]))[0]
      const wholly = async (by = 1, bot?: string) => {
        const lots = []
        do lots.push(accepted(await leave(by, bot)))
        while (!lots.at(-1)?.done)
        return lots
      }
      const act = async (command: Extract<Command, { actor: number; room: string }>) =>
        (await store.commit([command]))[0] as Answer<'join'>
      const createRoom = async (name: string, actor: number, visibility: 'public' | 'private' = 'public') =>
        accepted((await store.commit([{ kind: 'create-room', actor, name, title: '', visibility, atMs }]))[0]).log
      const join = (actor: number, room: string, member: string) => act({ kind: 'join', actor, room, member, atMs })
      const makeBot = async (name: string, n: number, by = 1) =>
        accepted(
          (
            await store.commit([
              {
                kind: 'make-bot',
                actor: by === 1 ? ana : luis,
                by: bytes(by),
                name,
                tokenName: 'first',
                tokenDigest: bytes(n),
                atMs
              }
            ])
          )[0]
        ).user

      test('ends memberships, told in each room, and whatever signs in; what was written stays, and the name with nobody', async () => {
        const secret = await createRoom('secret', luis, 'private')
        accepted(await join(luis, 'secret', 'ana'))
        const [sent] = await store.commit([{ kind: 'send', actor: ana, room: 'general', text: 'adiós', atMs }])
        accepted(await makeLink(50))
        accepted(await signIn(100, 3))
        const [lot] = await wholly()
        expect(lot?.added.flatMap(({ events }) => events).map(({ room, actor, type }) => [room, actor, type])).toEqual(
          expect.arrayContaining([
            ['secret', 'ana', 'member.left'],
            ['general', 'ana', 'member.left']
          ])
        )
        expect(lot?.added[0]?.events[0]).toMatchObject({ member: { name: 'ana', role: 'member' }, reason: 'left' })
        expect(plain(lot?.ended ?? []).sort()).toEqual([[...bytes(1)], [...bytes(3)]].sort())
        await reopen()
        expect([await ownerOf(1), await ownerOf(3)]).toEqual([undefined, undefined])
        expect([await store.user('ana'), await store.account('ana')]).toEqual([undefined, undefined])
        expect(codeOf((await store.commit([redeem(50, 5)]))[0])).toBe('sign-in-failed')
        expect(codeOf(await signIn(100, 6))).toBe('sign-in-failed')
        expect((await store.members(secret, { limit: 9 })).items.map(({ name }) => name)).toEqual(['luis'])
        expect(await store.message(1, accepted(sent).message.id)).toMatchObject({ author: { name: 'ana' }, text: 'adiós' })
        const [again] = await store.commit([{ kind: 'register', name: 'Ana', userKind: 'person', tokenDigest: bytes(7), atMs }])
        expect(codeOf(again)).toBe('name-taken')
        const [host] = await store.commit([{ kind: 'ensure-user', name: 'ana', userKind: 'person', atMs }])
        expect(codeOf(host)).toBe('name-taken')
        expect(codeOf(await join(luis, 'secret', 'ana'))).toBe('user-not-found')
      })

      test('is refused with the rooms that nobody else owns, and then nothing has changed', async () => {
        for (const name of ['ops', 'builds']) await createRoom(name, ana)
        accepted(await join(ana, 'general', 'ana'))
        expect((await leave()).refused).toEqual({ code: 'last-owner', rooms: ['builds', 'ops'] })
        expect(await ownerOf(1)).toBe('ana')
        expect((await store.members(1, { limit: 9 })).items.map(({ name }) => name)).toEqual(['ana'])
      })

      test('takes the bots along, and a bot alone leaves its owner', async () => {
        const ci = await makeBot('ci', 20)
        const cd = await makeBot('cd', 21)
        await makeBot('other', 22, 2)
        for (const bot of [ci, cd]) accepted(await join(bot.id, 'general', bot.name))
        const [gone] = await wholly(1, 'CI')
        expect(gone?.added[0]?.events[0]).toMatchObject({ actor: 'ana', member: { name: 'ci', kind: 'bot' }, reason: 'removed' })
        expect([await ownerOf(20), await ownerOf(21), await ownerOf(1)]).toEqual([undefined, 'cd', 'ana'])
        expect(codeOf(await leave(1, 'ci'))).toBe('user-not-found')
        expect(codeOf(await leave(1, 'other'))).toBe('user-not-found')
        expect((await store.bots(ana, { limit: 9 })).items.map(({ name }) => name)).toEqual(['cd'])
        await wholly()
        expect([await ownerOf(21), await ownerOf(22)]).toEqual([undefined, 'other'])
      })

      test('goes on in lots, and only the last ends the tokens', async () => {
        for (let n = 0; n < 130; n++) {
          await createRoom(`room${n}`, luis)
          accepted(await join(ana, `room${n}`, 'ana'))
        }
        const lots = await wholly()
        expect(lots.map(({ added, ended, done }) => [added.length, ended.length, done])).toEqual([
          [100, 0, false],
          [30, 1, true]
        ])
        expect((await store.rooms(ana, { limit: 200, own: true })).items).toEqual([])
      })

      test('leaves nothing to do for what waits behind it', async () => {
        const answers = await store.commit([
          { kind: 'leave-for-ever', actor: ana, by: bytes(1), atMs },
          { kind: 'send', actor: ana, room: 'general', text: 'still here', atMs },
          { kind: 'make-bot', actor: ana, by: bytes(1), name: 'heir', tokenName: 'first', tokenDigest: bytes(20), atMs }
        ])
        expect(answers.map((answer) => codeOf(answer as Answer<'send'>))).toEqual([undefined, 'unauthorized', 'unauthorized'])
        expect((await store.members(1, { limit: 9 })).items).toEqual([])
      })

      test('is not asked for by a token that has ended', async () => {
        await store.commit([{ kind: 'sign-out', tokenDigest: bytes(1) }])
        expect(codeOf(await leave())).toBe('unauthorized')
        expect(await store.user('ana')).toBeDefined()
      })
    })
  })
