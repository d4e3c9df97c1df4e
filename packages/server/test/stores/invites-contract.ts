import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { invitesMax, roomInvitesMax } from '@tertulia/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Answer, Command, CommandKind, Commands, Refusal } from '../../src/stores/commands.ts'
import type { Store } from '../../src/stores/store.ts'

const atMs = Date.UTC(2026, 10, 23, 10)
const bytes = (n: number): Uint8Array => new Uint8Array(32).fill(n, 0, 31).fill(n >> 8, 31)

function accepted<A extends { refused?: Refusal | undefined }>(answer: A): Exclude<A, { refused: Refusal }> {
  if (answer.refused) throw new Error(`refused: ${JSON.stringify(answer.refused)}`)
  return answer as Exclude<A, { refused: Refusal }>
}
const codeOf = (answer: { refused?: { code: string } | undefined } | undefined): string | undefined => answer?.refused?.code

/** What every store keeps of invites, and does for whoever runs the server. `open` is called again to see what a restart leaves. */
export const invitesContract = (name: string, open: (folder: string) => Promise<Store>) =>
  describe(`${name} store, invites`, () => {
    let folder: string
    let store: Store
    /** ana owns `ops`, which is private, and luis moderates it. */
    let ana: number
    let luis: number

    const one = async <K extends CommandKind>(command: { kind: K } & Commands[K]): Promise<Answer<K>> =>
      (await store.commit([command as Command]))[0] as unknown as Answer<K>
    const register = (name: string, n: number, invite?: number) =>
      one({ kind: 'register', name, userKind: 'person', tokenDigest: bytes(n), invite: invite ? bytes(invite) : undefined, atMs })
    const idOf = async (name: string, n: number) => accepted(await register(name, n)).user.id
    const make = (code: number, more: Partial<Commands['make-invite']> = {}) =>
      one({
        kind: 'make-invite',
        actor: ana,
        by: bytes(1),
        room: 'ops',
        role: 'member',
        admin: false,
        uses: 1,
        expiresAtMs: atMs + 1_000,
        codeDigest: bytes(code),
        atMs,
        ...more
      })
    const byServer = { actor: null, by: null, room: undefined, role: null }
    const enter = (actor: number, code: number, at = atMs) =>
      one({ kind: 'join-by-invite', actor, room: 'ops', codeDigest: bytes(code), atMs: at })

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tertulia-invites-'))
      store = await open(folder)
      ana = await idOf('ana', 1)
      luis = await idOf('luis', 2)
      accepted(await one({ kind: 'create-room', actor: ana, name: 'ops', title: '', visibility: 'private', atMs }))
      accepted(await one({ kind: 'set-role', actor: ana, room: 'ops', member: 'luis', role: 'moderator', atMs }))
    })
    afterEach(async () => {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    })

    test('a room is entered as the invite says, which is spent then, also after a restart', async () => {
      const { invite } = accepted(await make(50, { role: 'owner' }))
      const marta = await idOf('marta', 3)
      expect(accepted(await enter(marta, 50))).toMatchObject({
        member: { name: 'marta', role: 'owner' },
        events: [{ type: 'member.joined', actor: 'marta' }]
      })
      await store.close()
      store = await open(folder)
      expect(codeOf(await store.invite(bytes(50), atMs))).toBe('invite-spent')
      expect(await store.invites(ana, { limit: 9 })).toMatchObject({ items: [{ id: invite.id, used: 1 }] })
      expect(accepted(await enter(marta, 50)).events).toEqual([])
    })

    test('of all who come at the same moment as many get in as it has uses, members or new', async () => {
      accepted(await make(50, { uses: 3 }))
      const ids = await Promise.all([3, 4, 5].map((n) => idOf(`guest${n}`, n)))
      const answers = await Promise.all([...ids.map((id) => enter(id, 50)), ...[6, 7, 8].map((n) => register(`new${n}`, n, 50))])
      expect(answers.map(codeOf).filter((code) => code === undefined)).toHaveLength(3)
      expect(answers.map(codeOf).filter((code) => code === 'invite-spent')).toHaveLength(3)
    })

    test('a refused registration leaves it as it was, and whoever is new is in the room at once', async () => {
      accepted(await make(50))
      expect(codeOf(await register('LUIS', 3, 50))).toBe('name-taken')
      expect(codeOf(await register('marta', 3, 51))).toBe('invite-not-found')
      expect(await store.user('marta')).toBeUndefined()
      const { user, added } = accepted(await register('marta', 3, 50))
      expect(added?.events).toMatchObject([{ type: 'member.joined', room: 'ops', member: { name: 'marta' } }])
      expect((await store.room('ops', user.id))?.actsAs).toBe('member')
    })

    test('it ends with its time', async () => {
      accepted(await make(50))
      const marta = await idOf('marta', 3)
      expect(codeOf(await enter(marta, 50, atMs + 1_000))).toBe('invite-expired')
      expect(codeOf(await store.invite(bytes(50), atMs + 1_000))).toBe('invite-expired')
      expect(codeOf(await enter(marta, 50, atMs + 999))).toBeUndefined()
    })

    test.each<[why: string, lose: () => Promise<unknown>]>([
      ['is made a mere member', () => one({ kind: 'set-role', actor: ana, room: 'ops', member: 'luis', role: 'member', atMs })],
      ['is removed', () => one({ kind: 'leave', actor: ana, room: 'ops', member: 'luis', atMs })],
      ['is banned', () => one({ kind: 'set-role', actor: ana, room: 'ops', member: 'luis', role: 'banned', atMs })],
      ['is disabled', () => one({ kind: 'disable-user', user: luis, disabled: true, atMs })],
      ['leaves for ever', () => one({ kind: 'leave-for-ever', actor: luis, by: bytes(2), atMs })]
    ])('it is worth nothing once its maker %s', async (_why, lose) => {
      accepted(await make(50, { actor: luis, by: bytes(2) }))
      await lose()
      expect(codeOf(await store.invite(bytes(50), atMs))).toBe('invite-not-found')
      expect(codeOf(await enter(await idOf('marta', 3), 50))).toBe('invite-not-found')
      expect(codeOf(await register('pedro', 4, 50))).toBe('invite-not-found')
    })

    test('it lets in nobody who is banned', async () => {
      accepted(await make(50))
      const marta = await idOf('marta', 3)
      accepted(await one({ kind: 'set-role', actor: ana, room: 'ops', member: 'marta', role: 'banned', atMs }))
      expect(codeOf(await enter(marta, 50))).toBe('invite-not-found')
      accepted(await one({ kind: 'change-room', actor: ana, room: 'ops', changes: { visibility: 'public' }, atMs }))
      expect(codeOf(await enter(marta, 50))).toBe('banned')
      expect(codeOf(await store.invite(bytes(50), atMs))).toBeUndefined()
    })

    test('a user and a room have so many that still count', async () => {
      await store.commit(Array.from({ length: invitesMax }, (_, n) => command(100 + n, ana, 1)))
      expect((await make(50)).refused).toEqual({ code: 'too-many-invites', most: invitesMax })
      await store.commit(Array.from({ length: roomInvitesMax - invitesMax }, (_, n) => command(300 + n, luis, 2)))
      const { items } = (await store.invites(ana, { limit: 200, room: 'ops' })) as { items: { id: number }[] }
      expect(items).toHaveLength(roomInvitesMax)
      accepted(await one({ kind: 'end-invite', actor: ana, by: bytes(1), id: items.at(-1)?.id as number }))
      accepted(await make(50))
      expect((await make(51, { ...byServer, room: 'ops', role: 'member' })).refused).toEqual({
        code: 'too-many-invites',
        most: roomInvitesMax
      })
    })
    const command = (n: number, actor: number, by: number): Command => ({
      kind: 'make-invite',
      actor,
      by: bytes(by),
      room: 'ops',
      role: 'member',
      admin: false,
      uses: 1,
      expiresAtMs: atMs + 1_000,
      codeDigest: bytes(n),
      atMs
    })

    test('whoever runs the server invites an admin, and into a room that they are not in', async () => {
      accepted(await make(50, { ...byServer, admin: true }))
      const { user } = accepted(await register('marta', 3, 50))
      expect(user.admin).toBe(true)
      expect((await store.token(bytes(3)))?.user.admin).toBe(true)
      accepted(await make(51, { ...byServer, room: 'OPS', role: 'member' }))
      expect(accepted(await register('pedro', 4, 51)).added?.events).toHaveLength(1)
      expect(codeOf(await make(52, { ...byServer, room: 'nowhere', role: 'member' }))).toBe('room-not-found')
    })

    test('an invite that makes an admin makes one of whoever registers with it, and of nobody who is there already', async () => {
      accepted(await make(50, { ...byServer, room: 'ops', role: 'member', admin: true, uses: 3 }))
      const bot = {
        kind: 'make-bot',
        actor: luis,
        by: bytes(2),
        name: 'ci',
        tokenName: 'first',
        tokenDigest: bytes(20),
        atMs
      } as const
      const { user } = accepted(await one(bot))
      accepted(await enter(user.id, 50))
      accepted(await enter(await idOf('marta', 3), 50))
      accepted(await register('pedro', 4, 50))
      const { items } = await store.users({ limit: 9 })
      expect(items.filter(({ admin }) => admin).map(({ name }) => name)).toEqual(['pedro'])
    })

    test.each<[what: string, end: () => Command]>([
      ['is disabled', () => ({ kind: 'disable-user', user: luis, disabled: true, atMs })],
      ['leaves for ever', () => ({ kind: 'leave-for-ever', actor: luis, by: bytes(2), atMs })]
    ])('whoever %s is not reset any more, and no code signs them in', async (_what, end) => {
      const reset: Command = { kind: 'reset-user', user: luis, codeDigest: bytes(60), expiresAtMs: atMs + 1_000 }
      const answers = await store.commit([end(), reset])
      expect(answers.map(codeOf)).toEqual([undefined, 'user-not-found'])
      const redeemed = await one({ kind: 'redeem-link', codeDigest: bytes(60), tokenDigest: bytes(30), atMs })
      expect(codeOf(redeemed)).toBe('sign-in-failed')
    })

    test('a reset ends sessions, links and the password, leaves tokens of programs, and one code', async () => {
      const password = { salt: bytes(9), hash: bytes(9), cost: 2, blockSize: 1, parallelization: 1 }
      accepted(await one({ kind: 'set-password', actor: ana, by: bytes(1), was: null, password }))
      accepted(await one({ kind: 'make-link', actor: ana, by: bytes(1), codeDigest: bytes(60), expiresAtMs: atMs + 1_000 }))
      const named = { name: 'nightly', scope: 'write', rooms: null, expiresAtMs: null, tokenDigest: bytes(20) } as const
      accepted(await one({ kind: 'make-token', actor: ana, by: bytes(1), ...named, atMs }))
      const done = accepted(await one({ kind: 'reset-user', user: ana, codeDigest: bytes(61), expiresAtMs: atMs + 1_000 }))
      expect(done.ended.map((digest) => [...digest])).toEqual([[...bytes(1)]])
      expect([await store.token(bytes(1)), (await store.account('ana'))?.password]).toEqual([undefined, null])
      expect((await store.token(bytes(20)))?.user.name).toBe('ana')
      const redeem = (code: number) => one({ kind: 'redeem-link', codeDigest: bytes(code), tokenDigest: bytes(30 + code), atMs })
      expect([codeOf(await redeem(60)), codeOf(await redeem(61)), codeOf(await redeem(61))]).toEqual([
        'sign-in-failed',
        undefined,
        'link-spent'
      ])
    })

    test('whoever is disabled does nothing, not even what waited', async () => {
      const answers = await store.commit([
        { kind: 'disable-user', user: ana, disabled: true, atMs },
        { kind: 'send', actor: ana, room: 'general', text: 'still here', atMs },
        { kind: 'disable-user', user: ana, disabled: false, atMs },
        { kind: 'send', actor: ana, room: 'general', text: 'here again', atMs }
      ])
      expect(answers.map(codeOf)).toEqual([undefined, 'unauthorized', undefined, undefined])
      expect((await store.users({ limit: 9 })).items).toMatchObject([
        { name: 'ana', disabled: false },
        { name: 'luis', disabled: false }
      ])
      expect(await store.token(bytes(1))).toBeUndefined()
    })

    test('whoever is disabled takes the tokens of their bots along', async () => {
      const made = { kind: 'make-bot', actor: ana, by: bytes(1), name: 'ci', tokenName: 'first', atMs } as const
      accepted(await one({ ...made, tokenDigest: bytes(72) }))
      expect(await store.token(bytes(72))).toBeDefined()
      accepted(await one({ kind: 'disable-user', user: ana, disabled: true, atMs }))
      expect(await store.token(bytes(72))).toBeUndefined()
    })

    test('a bot that is disabled gets no token, and is still there for its owner, who may end it', async () => {
      const by = { actor: ana, by: bytes(1) }
      const made = await one({ kind: 'make-bot', ...by, name: 'ci', tokenName: 'first', tokenDigest: bytes(70), atMs })
      const { user } = accepted(made)
      accepted(await one({ kind: 'disable-user', user: user.id, disabled: true, atMs }))
      const named = { name: 'nightly', scope: 'write', rooms: null, expiresAtMs: null, tokenDigest: bytes(71) } as const
      expect(codeOf(await one({ kind: 'make-token', ...by, bot: 'ci', ...named, atMs }))).toBe('user-not-found')
      expect(await store.bot(ana, 'CI')).toMatchObject({ name: 'ci', disabled: true })
      expect(accepted(await one({ kind: 'leave-for-ever', ...by, bot: 'ci', atMs })).done).toBe(true)
      expect((await store.bots(ana, { limit: 9 })).items).toEqual([])
    })
  })
