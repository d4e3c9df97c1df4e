import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownedRoomsMax, type Role } from '@tertulia/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Answer, Command, Results } from '../../src/stores/commands.ts'
import type { Store } from '../../src/stores/store.ts'
import { termsOf } from '../../src/stores/words.ts'

const atMs = Date.UTC(2026, 10, 23, 10)
const all = { limit: 100 }

/** What somebody is in the room beforehand; `nobody`: no member. */
type Standing = Role | 'nobody'
const standings: readonly Standing[] = ['owner', 'moderator', 'member', 'banned', 'nobody']

/**
 * What comes of giving a role, one row for whom it is given by, one column for what the other one was and what they are to be:
 * `=`: nothing, `j`: joins, `u`: is updated, `b`: is banned, `-`: 403 not-allowed, `x`: 403 banned.
 */
const given = `
             owner    moderator member   banned   nobody
by           o m p b  o m p b   o m p b  o m p b  o m p b
owner        = u u b  u = u b   u u = b  j j j =  j j j b
moderator    - - - -  - - - -   - - = b  - - j =  - - j b
member       - - - -  - - - -   - - - -  - - - -  - - - -
nobody       - - - -  - - - -   - - - -  - - - -  - - - -
banned       x x x x  x x x x   x x x x  x x x x  x x x x`

/** The same for taking somebody out: `r`: removed, `?`: 404 member-not-found. */
const takenOut = `
by           owner moderator member banned nobody
owner        r     r         r      r      ?
moderator    -     -         r      r      ?
member       -     -         -      -      -
nobody       -     -         -      -      -
banned       x     x         x      x      x`

/** The rows of a table, which come after the one that begins with `by`. */
const cells = (table: string): [by: Standing, marks: string[]][] =>
  table
    .replace(/^.*\nby.*?\n/s, '')
    .split('\n')
    .map((line) => line.split(/\s+/))
    .map(([by = '', ...marks]) => [by as Standing, marks])

/** What every store decides about roles. */
export const rolesContract = (name: string, open: (folder: string) => Promise<Store>) =>
  describe(`${name} store, roles`, () => {
    let folder: string
    let store: Store
    const users = new Map<string, number>()
    const idOf = (name: string) => users.get(name) as number

    const commit = async <C extends Command>(command: C): Promise<Answer<C['kind']>> =>
      (await store.commit([command as Command]))[0] as Answer<C['kind']>
    const register = async (...names: string[]) => {
      for (const name of names) {
        const tokenDigest = new Uint8Array(32).fill(users.size + 1)
        const done = (await commit({ kind: 'register', name, userKind: 'person', tokenDigest, atMs })) as Results['register']
        users.set(name, done.user.id)
      }
    }
    const createRoom = async (room: string, visibility: 'public' | 'private' = 'public') => {
      const command = { kind: 'create-room', actor: idOf('ana'), name: room, title: '', visibility, atMs } as const
      return ((await commit(command)) as Results['create-room']).log
    }
    const give = (by: string, member: string, role: Role, room = 'ops') =>
      commit({ kind: 'set-role', actor: idOf(by), room, member, role, atMs })
    const takeOut = (by: string, member: string, room = 'ops') => commit({ kind: 'leave', actor: idOf(by), room, member, atMs })
    const stand = async (name: string, standing: Standing, room = 'ops') => {
      if (standing !== 'nobody') await give('ana', name, standing, room)
    }
    const rolesIn = async (log: number) =>
      (await Promise.all([store.members(log, all), store.members(log, { ...all, role: 'banned' })]))
        .flatMap(({ items }) => items)
        .map(({ name, role }) => `${name} ${role}`)
    const headOf = async (log: number) => (await store.extents([log])).get(log)?.head ?? 0

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tertulia-roles-'))
      store = await open(folder)
      users.clear()
      await register('ana', 'luis', 'marta')
    })
    afterEach(async () => {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    })

    test('owners give any role, moderators let in and ban those who are neither, nobody else gives any', async () => {
      const roles: Role[] = ['owner', 'moderator', 'member', 'banned']
      const found = await each(given, async (by, n, room) => {
        const before = standings[Math.floor(n / roles.length)] as Standing
        const role = roles[n % roles.length] as Role
        const log = await createRoom(room)
        await stand('luis', by, room)
        await stand('marta', before, room)
        const head = await headOf(log)
        const answer = await give('luis', 'marta', role, room)
        const mark = markOf(answer)
        const events = answer.refused ? [] : answer.events
        expect(await headOf(log), 'what changes nothing takes no number').toBe(head + events.length)
        const after = 'jub'.includes(mark) ? role : before
        const listed = (await rolesIn(log)).filter((line) => line.startsWith('marta'))
        expect(listed).toEqual(after === 'nobody' ? [] : [`marta ${after}`])
        return mark
      })
      expect(found).toEqual(cells(given))
    })

    test('owners take anybody out, moderators those who are neither, and lift bans so', async () => {
      const found = await each(takenOut, async (by, n, room) => {
        const log = await createRoom(room)
        await stand('luis', by, room)
        await stand('marta', standings[n] as Standing, room)
        const mark = markOf(await takeOut('luis', 'marta', room))
        if (mark === 'r') expect((await rolesIn(log)).filter((line) => line.startsWith('marta'))).toEqual([])
        return mark
      })
      expect(found).toEqual(cells(takenOut))
    })

    /** Every cell of a table, as it is found in a room of its own. */
    async function each(table: string, look: (by: Standing, n: number, room: string) => Promise<string>) {
      const found: [Standing, string[]][] = []
      for (const [by, marks] of cells(table)) {
        const row: string[] = []
        for (const n of marks.keys()) row.push(await look(by, n, `${by}-${n}-${marks.length}`))
        found.push([by, row])
      }
      return found
    }

    test('each change is an event that says what somebody is from now on', async () => {
      const log = await createRoom('ops')
      await give('ana', 'luis', 'member')
      await give('ana', 'luis', 'moderator')
      await give('luis', 'marta', 'banned')
      await takeOut('luis', 'marta')
      await give('luis', 'marta', 'member')
      await give('ana', 'marta', 'banned')
      await give('luis', 'marta', 'member')
      const events = await store.events(log, 2, 99, { limit: 99, bytes: 9_999 })
      const marta = { name: 'marta', kind: 'person' }
      expect(events).toMatchObject([
        { type: 'member.joined', actor: 'ana', member: { name: 'luis', role: 'member' } },
        { type: 'member.updated', actor: 'ana', member: { name: 'luis', role: 'moderator' } },
        { type: 'member.left', actor: 'luis', member: { ...marta, role: 'banned' }, reason: 'banned' },
        { type: 'member.left', actor: 'luis', member: { ...marta, role: 'banned' }, reason: 'removed' },
        { type: 'member.joined', actor: 'luis', member: { ...marta, role: 'member' } },
        { type: 'member.left', actor: 'ana', member: { ...marta, role: 'banned' }, reason: 'banned' },
        { type: 'member.joined', actor: 'luis', member: { ...marta, role: 'member' } }
      ])
    })

    test('whoever is banned from a public room knows of it, and can neither read nor write nor come back', async () => {
      const log = await createRoom('ops')
      await commit({ kind: 'send', actor: idOf('luis'), room: 'ops', text: 'hello', atMs })
      await give('ana', 'luis', 'banned')
      const head = await headOf(log)
      const at = { actor: idOf('luis'), room: 'ops', atMs } as const
      const answers = await store.commit([
        { kind: 'send', text: 'hi', ...at },
        { kind: 'edit', id: 4, text: 'hi', ...at },
        { kind: 'delete', id: 4, ...at },
        { kind: 'join', member: 'luis', ...at },
        { kind: 'join', member: 'marta', ...at },
        { kind: 'leave', member: 'luis', ...at },
        { kind: 'set-role', member: 'luis', role: 'member', ...at },
        { kind: 'change-room', changes: { title: 'Mine' }, ...at },
        { kind: 'mark-read', actor: at.actor, room: 'ops', upTo: 1, atMs }
      ])
      for (const { refused } of answers as Answer<'send'>[]) expect(refused).toEqual({ code: 'banned' })
      expect(await store.room('ops', at.actor)).toMatchObject({ room: { name: 'ops' }, actsAs: 'banned' })
      expect((await store.rooms(at.actor, all)).items).toMatchObject([{ name: 'general' }, { name: 'ops', role: 'banned' }])
      expect((await store.rooms(at.actor, { ...all, own: true })).items).toEqual([])
      const search = async (reader: string) =>
        (await store.search({ reader: idOf(reader), terms: termsOf('hello'), limit: 9 })).messages
      expect(await search('luis')).toEqual([])
      expect(await search('marta')).toHaveLength(1)
      expect(await headOf(log)).toBe(head)
    })

    test('whoever is banned learns of a send that they repeat what became of it, in a public room alone', async () => {
      const once = { key: 'k', fingerprint: new Uint8Array(32) }
      const say = async (room: string) =>
        (await commit({ kind: 'send', actor: idOf('luis'), room, text: 'hi', once, atMs })) as Answer<'send'>
      for (const [room, visibility] of [['ops', 'public'] as const, ['den', 'private'] as const]) {
        await createRoom(room, visibility)
        await give('ana', 'luis', 'member', room)
        expect(await say(room)).toMatchObject({ replayed: false })
        await give('ana', 'luis', 'banned', room)
      }
      expect(await say('ops')).toMatchObject({ replayed: true, events: [], message: { text: 'hi' } })
      expect((await say('den')).refused).toEqual({ code: 'room-not-found' })
    })

    test('a private room is not there for whom it has banned', async () => {
      await createRoom('den', 'private')
      await give('ana', 'luis', 'member', 'den')
      await give('ana', 'luis', 'banned', 'den')
      expect(await store.room('den', idOf('luis'))).toBeUndefined()
      for (const answer of [await give('luis', 'luis', 'member', 'den'), await takeOut('luis', 'luis', 'den')]) {
        expect(answer.refused).toEqual({ code: 'room-not-found' })
      }
      expect((await store.rooms(idOf('luis'), all)).items.map(({ name }) => name)).toEqual(['general'])
    })

    test('whoever is banned is not added by mistake: the ban is lifted first', async () => {
      await createRoom('ops')
      await give('ana', 'luis', 'banned')
      const add = { kind: 'join', actor: idOf('ana'), room: 'ops', member: 'LUIS', atMs } as const
      expect((await commit(add)).refused).toEqual({ code: 'banned', user: 'luis' })
      await takeOut('ana', 'luis')
      expect((await commit(add)).refused).toBeUndefined()
    })

    test('nobody bans themselves, whether owner, moderator or admin', async () => {
      for (const [room, visibility] of [['ops', 'public'] as const, ['den', 'private'] as const]) {
        const log = await createRoom(room, visibility)
        await give('ana', 'luis', 'moderator', room)
        await give('ana', 'marta', 'owner', room)
        await commit({ kind: 'set-admin', user: idOf('marta'), admin: true })
        const head = await headOf(log)
        for (const name of ['ana', 'marta'])
          expect((await give(name, name, 'banned', room)).refused).toEqual({ code: 'bans-self' })
        expect((await give('luis', 'luis', 'banned', room)).refused?.code).toBe('not-allowed')
        expect(await headOf(log)).toBe(head)
      }
    })

    test('nobody bans an admin from a public room, whatever they are in it; a private one can', async () => {
      await commit({ kind: 'set-admin', user: idOf('marta'), admin: true })
      const refused = { code: 'bans-admin', user: 'marta' }
      for (const standing of ['owner', 'moderator', 'member', 'nobody'] as const) {
        const log = await createRoom(`open-${standing}`)
        await stand('marta', standing, `open-${standing}`)
        const head = await headOf(log)
        expect((await give('ana', 'MARTA', 'banned', `open-${standing}`)).refused).toEqual(refused)
        expect(await headOf(log)).toBe(head)
        await createRoom(`den-${standing}`, 'private')
        await stand('marta', standing, `den-${standing}`)
        expect(markOf(await give('ana', 'marta', 'banned', `den-${standing}`))).toBe('b')
        expect(await store.room(`den-${standing}`, idOf('marta'))).toBeUndefined()
      }
      await commit({ kind: 'set-admin', user: idOf('luis'), admin: true })
      expect((await give('luis', 'marta', 'banned', 'open-member')).refused).toEqual(refused)
      expect(markOf(await takeOut('ana', 'marta', 'open-member'))).toBe('r')
      await commit({ kind: 'set-admin', user: idOf('marta'), admin: false })
      expect(markOf(await give('ana', 'marta', 'banned', 'open-moderator'))).toBe('b')
    })

    test('whoever is banned and becomes an admin acts as an owner, and joins with a message', async () => {
      const log = await createRoom('ops')
      await give('ana', 'luis', 'banned')
      await commit({ kind: 'set-admin', user: idOf('luis'), admin: true })
      expect(await store.room('ops', idOf('luis'))).toMatchObject({ actsAs: 'owner' })
      await commit({ kind: 'send', actor: idOf('luis'), room: 'ops', text: 'hello', atMs })
      expect(await rolesIn(log)).toEqual(['ana owner', 'luis member'])
    })

    test('a room keeps an owner, who may make another one and go', async () => {
      const log = await createRoom('ops')
      await give('ana', 'luis', 'moderator')
      for (const role of ['moderator', 'member'] as const) {
        expect((await give('ana', 'ana', role)).refused).toEqual({ code: 'last-owner' })
      }
      await give('ana', 'luis', 'owner')
      expect((await give('ana', 'ana', 'member')).refused).toBeUndefined()
      expect((await give('luis', 'luis', 'member')).refused).toEqual({ code: 'last-owner' })
      expect(await rolesIn(log)).toEqual(['ana member', 'luis owner'])
    })

    test('nobody is made to own more rooms than one may', async () => {
      const create = (n: number) =>
        ({ kind: 'create-room', actor: idOf('luis'), name: `r${n}`, title: '', visibility: 'public', atMs }) as const
      await store.commit(Array.from({ length: ownedRoomsMax }, (_, n) => create(n)))
      await createRoom('ops')
      expect((await give('ana', 'luis', 'owner')).refused).toEqual({ code: 'too-many-rooms' })
      expect((await give('ana', 'luis', 'moderator')).refused).toBeUndefined()
    })

    test('nobody comes into an archived room; roles in it change, and bans go', async () => {
      await createRoom('ops')
      await give('ana', 'luis', 'member')
      await commit({ kind: 'change-room', actor: idOf('ana'), room: 'ops', changes: { archived: true }, atMs })
      expect((await give('ana', 'marta', 'member')).refused).toEqual({ code: 'room-archived' })
      expect((await give('marta', 'marta', 'member')).refused).toEqual({ code: 'room-archived' })
      for (let time = 0; time < 2; time++) expect((await give('ana', 'marta', 'banned')).refused).toBeUndefined()
      expect((await give('ana', 'marta', 'member')).refused).toEqual({ code: 'room-archived' })
      expect((await takeOut('ana', 'marta')).refused).toBeUndefined()
      expect((await give('ana', 'luis', 'owner')).refused).toBeUndefined()
    })

    test('anybody makes themselves a member of a public room, and nothing else', async () => {
      await createRoom('ops')
      expect(await give('luis', 'luis', 'member')).toMatchObject({
        isNew: true,
        events: [{ type: 'member.joined', actor: 'luis' }]
      })
      expect(await give('luis', 'luis', 'member')).toMatchObject({ isNew: false, events: [] })
      for (const role of ['owner', 'moderator', 'banned'] as const) {
        expect((await give('luis', 'luis', role)).refused?.code).toBe('not-allowed')
      }
      expect((await give('ana', 'nobody', 'member')).refused).toEqual({ code: 'user-not-found' })
    })

    test('lists hold those with one role, page by page; who is banned is in no other one', async () => {
      const log = await createRoom('ops')
      await register('eva', 'Zoe', 'bo')
      for (const name of ['bo', 'Zoe', 'eva']) await give('ana', name, 'banned')
      await give('ana', 'luis', 'moderator')
      await give('ana', 'marta', 'member')
      const names = async (role: Role) => (await store.members(log, { ...all, role })).items.map(({ name }) => name)
      expect(await names('banned')).toEqual(['bo', 'eva', 'Zoe'])
      expect([await names('owner'), await names('moderator'), await names('member')]).toEqual([['ana'], ['luis'], ['marta']])
      expect((await store.members(log, all)).items.map(({ name }) => name)).toEqual(['ana', 'luis', 'marta'])
      const first = await store.members(log, { limit: 2, role: 'banned' })
      expect(first).toMatchObject({ items: [{ name: 'bo' }, { name: 'eva' }], next: 'eva' })
      expect(await store.members(log, { limit: 2, role: 'banned', after: first.next })).toEqual({
        items: [{ name: 'Zoe', kind: 'person', role: 'banned' }],
        next: undefined
      })
    })

    test('whoever leaves for ever leaves their bans behind', async () => {
      const log = await createRoom('ops')
      await give('ana', 'luis', 'banned')
      const by = new Uint8Array(32).fill(2)
      expect(await commit({ kind: 'leave-for-ever', actor: idOf('luis'), by, atMs })).toMatchObject({ done: true, added: [] })
      expect(await rolesIn(log)).toEqual(['ana owner'])
    })
  })

/** What an answer comes to, as the tables note it. */
function markOf(answer: Answer<'set-role' | 'leave'>): string {
  const { refused } = answer
  if (refused) return { 'not-allowed': '-', banned: 'x', 'member-not-found': '?' }[refused.code as string] ?? refused.code
  const [event] = answer.events
  switch (event?.type) {
    case undefined:
      return '='
    case 'member.joined':
      return 'j'
    case 'member.updated':
      return 'u'
    case 'member.left':
      return event.reason === 'banned' ? 'b' : 'r'
    default:
      return event?.type ?? ''
  }
}
