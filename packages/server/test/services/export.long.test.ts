import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExportLine, Member, Message, Role, Room } from '@tertulia/protocol'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { LocalBus } from '../../src/buses/local.ts'
import { Announcer } from '../../src/services/announcer.ts'
import { ExportCut, ExportService } from '../../src/services/export.ts'
import { RoomService } from '../../src/services/rooms.ts'
import type { Command } from '../../src/stores/commands.ts'
import type { StoredUser } from '../../src/stores/records.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import type { Store } from '../../src/stores/store.ts'
import { length } from '../support/test-length.ts'

const atMs = Date.UTC(2026, 10, 23)
const everything = { limit: 1_000, bytes: 1_000_000 }
/** So small that whatever is exported takes many pages. */
const page = { limit: 2, bytes: 1_000 }

async function open() {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-export-'))
  const store = await openSqliteStore({ file: join(folder, 'chat.db') })
  onTestFinished(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const users: StoredUser[] = []
  for (const name of ['ana', 'luis', 'marta']) {
    const [made] = await store.commit([
      { kind: 'register', name, userKind: 'person', tokenDigest: Buffer.from(name.padEnd(32)), atMs }
    ])
    if (!made.refused) users.push(made.user)
  }
  const announcer = new Announcer({ bus: new LocalBus(), tell: () => {} })
  const rooms = new RoomService({ store, announcer, now: () => atMs })
  const tokens = new Set<string>(users.map(({ name }) => name))
  const stillValid = async ({ user }: { user: StoredUser }) => tokens.has(user.name)
  const exports = new ExportService({ store, rooms, stillValid, page, checkMs: 5 })
  onTestFinished(() => exports.stop())
  return { store, exports, users: users as [StoredUser, StoredUser, StoredUser], revoke: (name: string) => tokens.delete(name) }
}

/** What a room is, as far as an export says it. */
class State {
  room: Room | undefined
  readonly members = new Map<string, Member>()
  readonly messages = new Map<number, Message>()
  end: Extract<ExportLine, { type: 'end' }> | undefined

  read(piece: string): void {
    for (const text of piece.split('\n').slice(0, -1)) {
      const { type, ...line } = JSON.parse(text)
      if (type === 'room') this.room = line
      else if (type === 'message') this.messages.set(line.id, line)
      else if (type === 'end') this.end = { type, ...line }
      else if (line.role === null) this.members.delete(line.name)
      else this.members.set(line.name, line)
    }
  }

  get content() {
    const byName = [...this.members.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
    const byId = [...this.messages.values()].toSorted((one, other) => one.id - other.id)
    return { room: this.room, members: byName, messages: byId }
  }
}

async function contentOf(store: Store, reader: StoredUser, name: string): Promise<State['content']> {
  const found = await store.room(name, reader.id)
  const log = found?.log ?? 0
  const { items } = await store.members(log, { limit: 200 })
  return { room: found?.room, members: items, messages: (await store.history(log, everything)).messages }
}

type Step = { do: 'send' | 'edit' | 'delete' | 'join' | 'leave' | 'title' | 'role'; who: number; which: number }
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('send', 'send', 'edit', 'edit', 'delete', 'join', 'leave', 'title', 'role'),
  who: fc.nat(2),
  which: fc.nat()
})

/** The command of a step; some will be refused, which is as good. */
function command({ do: what, who, which }: Step, users: readonly StoredUser[], ids: readonly number[]): Command {
  const user = users[who] as StoredUser
  const at = { actor: user.id, room: 'ops', atMs }
  const id = ids[which % Math.max(1, ids.length)] ?? 1
  switch (what) {
    case 'send':
      return { kind: 'send', ...at, text: `text ${which}` }
    case 'edit':
      return { kind: 'edit', ...at, id, text: `changed ${which}` }
    case 'delete':
      return { kind: 'delete', ...at, id }
    case 'join':
      return { kind: 'join', ...at, member: user.name }
    case 'leave':
      return { kind: 'leave', ...at, member: user.name }
    case 'title':
      return { kind: 'change-room', ...at, changes: { title: `title ${which}` } }
    case 'role': {
      const [owner, ...others] = users as [StoredUser, ...StoredUser[]]
      const member = (others[who % others.length] as StoredUser).name
      const role = (['moderator', 'member', 'banned'] as const)[which % 3] as Role
      return { kind: 'set-role', ...at, actor: owner.id, member, role }
    }
  }
}

test('whatever happens while it runs, its lines rebuild the room as it is at its end', { timeout: 600_000 }, async () => {
  const runs = fc.asyncProperty(
    fc.array(step, { minLength: 5, maxLength: 25 }),
    fc.array(fc.array(step, { maxLength: 3 }), { maxLength: 25 }),
    async (before, during) => {
      const { store, exports, users } = await open()
      const ids: number[] = []
      const carryOut = async (steps: readonly Step[]) => {
        for (const one of steps) {
          const [done] = await store.commit([command(one, users, ids)])
          if (done && !done.refused && 'message' in done && !ids.includes(done.message.id)) ids.push(done.message.id)
        }
      }
      await store.commit([{ kind: 'create-room', actor: users[0].id, name: 'ops', title: '', visibility: 'public', atMs }])
      await carryOut(before)
      const state = new State()
      const waiting = [...during]
      for await (const piece of await exports.export({ user: users[0], tokenDigest: null }, 'ops', () => {})) {
        state.read(piece)
        if (state.end === undefined) await carryOut(waiting.shift() ?? [])
      }
      const content = await contentOf(store, users[0], 'ops')
      expect(state.content).toEqual(content)
      const { head = 0 } = (await store.room('ops', users[0].id)) ?? {}
      expect(state.end).toEqual({ type: 'end', cursor: `${store.epoch}.${head}`, messages: content.messages.length })
    }
  )
  await fc.assert(runs, { numRuns: length({ short: 6, long: 400 }) })
})

test('of a room in peace every line comes once: the room, its members by name, its messages by id, the end', async () => {
  const { store, exports, users } = await open()
  const [ana, luis] = users
  for (const n of [1, 2, 3, 4, 5]) {
    await store.commit([{ kind: 'send', actor: (n % 2 ? ana : luis).id, room: 'general', text: `text ${n}`, atMs }])
  }
  await store.commit([{ kind: 'delete', actor: ana.id, room: 'general', id: 3, atMs }])
  let text = ''
  for await (const piece of await exports.export({ user: users[2], tokenDigest: null }, 'general', () => {})) text += piece
  const all = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
  const { messages, ...rest } = await contentOf(store, ana, 'general')
  expect(all).toEqual([
    { type: 'room', ...rest.room },
    ...rest.members.map((member) => ({ type: 'member', ...member })),
    ...messages.map((message) => ({ type: 'message', ...message })),
    { type: 'end', cursor: `${store.epoch}.9`, messages: 5 }
  ])
  expect(messages[0]).toMatchObject({ id: 3, text: null })
})

test('no more is read than is taken', async () => {
  const { store, exports, users } = await open()
  const [ana] = users
  for (let n = 0; n < 20; n++) await store.commit([{ kind: 'send', actor: ana.id, room: 'general', text: 'hi', atMs }])
  const pieces = await exports.export({ user: ana, tokenDigest: null }, 'general', () => {})
  for (let n = 0; n < 3; n++) await pieces.next() // the room, its members, the first messages
  for (let id = 3; id < 23; id++) await store.commit([{ kind: 'edit', actor: ana.id, room: 'general', id, text: 'new', atMs }])
  const { value } = await pieces.next()
  expect(
    value
      .split('\n')
      .slice(0, -1)
      .map((line: string) => JSON.parse(line).text)
  ).toEqual(['new', 'new'])
  await pieces.return(undefined)
})

test('it is cut when the token ends, the reader is removed, or the server stops', async () => {
  const { store, exports, users, revoke } = await open()
  const [ana, luis, marta] = users
  await store.commit([{ kind: 'create-room', actor: ana.id, name: 'den', title: '', visibility: 'private', atMs }])
  for (const member of ['luis', 'marta']) await store.commit([{ kind: 'join', actor: ana.id, room: 'den', member, atMs }])
  for (let n = 0; n < 20; n++) await store.commit([{ kind: 'send', actor: ana.id, room: 'den', text: 'hush', atMs }])
  const begin = async (user: StoredUser) => {
    const pieces = await exports.export({ user, tokenDigest: null }, 'den', () => {})
    await pieces.next()
    await pieces.next()
    return pieces
  }
  const [ofLuis, ofMarta, ofAna] = [await begin(luis), await begin(marta), await begin(ana)]
  revoke('luis')
  await expect(ofLuis.next()).rejects.toThrow(ExportCut)
  await store.commit([{ kind: 'leave', actor: ana.id, room: 'den', member: 'marta', atMs }])
  await expect(ofMarta.next()).rejects.toMatchObject({ code: 'room-not-found' })
  exports.stop()
  await expect(ofAna.next()).rejects.toThrow(ExportCut)
  await expect(exports.export({ user: marta, tokenDigest: null }, 'den', () => {})).rejects.toMatchObject({
    code: 'room-not-found'
  })
})

test('it is cut while nobody takes anything of it, when the token ends or the reader is banned, and no other one is', async () => {
  const { store, exports, users, revoke } = await open()
  const [ana, luis, marta] = users
  await store.commit([{ kind: 'create-room', actor: ana.id, name: 'ops', title: '', visibility: 'public', atMs }])
  const cut: string[] = []
  const begin = async (user: StoredUser, whenCut = () => {}) => {
    const pieces = await exports.export({ user, tokenDigest: null }, 'ops', () => {
      cut.push(user.name)
      whenCut()
    })
    await pieces.next()
  }
  await begin(ana)
  const banned = new Promise<void>((resolve) => void begin(luis, resolve))
  const revoked = new Promise<void>((resolve) => void begin(marta, resolve))
  await store.commit([{ kind: 'set-role', actor: ana.id, room: 'ops', member: 'luis', role: 'banned', atMs }])
  await banned
  expect(cut).not.toContain('marta')
  revoke('marta')
  await revoked
  expect(cut).not.toContain('ana')
})
