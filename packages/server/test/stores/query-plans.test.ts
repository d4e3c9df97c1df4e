import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { LabStore } from '../../src/stores/lab-store.ts'
import { Batch } from '../../src/stores/sqlite/batch.ts'
import type { SqliteCommand } from '../../src/stores/sqlite/commands/carry-out.ts'
import { openReading } from '../../src/stores/sqlite/connection.ts'
import type { Database } from '../../src/stores/sqlite/driver.ts'
import { openDatabase } from '../../src/stores/sqlite/open-database.ts'
import { readRooms } from '../../src/stores/sqlite/reads/rooms.ts'
import { readMembers } from '../../src/stores/sqlite/reads/users.ts'
import { Sql } from '../../src/stores/sqlite/sql.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import type { Store } from '../../src/stores/store.ts'

/** One of each kind, in an order in which all are carried out as far as they go. */
const atMs = 0
const dayMs = 24 * 60 * 60 * 1000
const bytes = (n: number) => new Uint8Array(32).fill(n)
const password = { salt: bytes(0), hash: bytes(1), cost: 2, blockSize: 1, parallelization: 1 }
const common = { actor: 1, room: 'general', atMs }
const commands: { [K in SqliteCommand['kind']]: Extract<SqliteCommand, { kind: K }>[] } = {
  register: [{ kind: 'register', name: 'ana', userKind: 'person', tokenDigest: bytes(0), password, atMs }],
  'sign-in': [{ kind: 'sign-in', user: 1, hash: bytes(1), renewed: password, tokenDigest: bytes(2), atMs }],
  'make-link': [{ kind: 'make-link', actor: 1, by: bytes(0), codeDigest: bytes(3), expiresAtMs: 1 }],
  'redeem-link': [{ kind: 'redeem-link', codeDigest: bytes(3), tokenDigest: bytes(4), atMs }],
  'sign-out': [{ kind: 'sign-out', tokenDigest: bytes(4) }],
  'set-password': [{ kind: 'set-password', actor: 1, by: bytes(0), was: bytes(1), password }],
  'make-bot': [{ kind: 'make-bot', actor: 1, by: bytes(0), name: 'ci', tokenName: 'first', tokenDigest: bytes(6), atMs }],
  'make-token': [
    {
      kind: 'make-token',
      actor: 1,
      by: bytes(0),
      bot: 'ci',
      name: 'nightly',
      scope: 'read',
      rooms: ['general'],
      expiresAtMs: 1,
      tokenDigest: bytes(7),
      atMs
    },
    {
      kind: 'make-token',
      actor: 1,
      by: bytes(0),
      bot: 'ci',
      name: 'nightly',
      scope: 'read',
      rooms: null,
      expiresAtMs: null,
      tokenDigest: bytes(8),
      atMs: 2
    }
  ],
  'end-token': [{ kind: 'end-token', actor: 1, by: bytes(0), id: 3 }],
  'ensure-user': [{ kind: 'ensure-user', name: 'luis', userKind: 'person', atMs }],
  'register-lab': [{ kind: 'register-lab', name: 'marta', room: 'general', atMs }],
  'create-room': [{ kind: 'create-room', actor: 1, name: 'ops', title: '', visibility: 'private', atMs }],
  join: [{ kind: 'join', ...common, member: 'ana' }],
  send: [
    { kind: 'send', ...common, text: 'one', once: { key: 'k', fingerprint: new Uint8Array(32) } },
    { kind: 'send', ...common, text: 'one', once: { key: 'k', fingerprint: new Uint8Array(32) } },
    { kind: 'send', actor: 1, room: 'ops', text: 'old', atMs }
  ],
  'mark-read': [{ kind: 'mark-read', actor: 1, room: 'general', upTo: 99, atMs }],
  edit: [
    { kind: 'edit', ...common, id: 3, text: 'two' },
    { kind: 'edit', actor: 1, room: 'ops', id: 3, text: 'still old', atMs: 3 * dayMs }
  ],
  'collect-lab': [{ kind: 'collect-lab', actor: 4, room: 'general', page: { limit: 9, bytes: 999 } }],
  delete: [{ kind: 'delete', ...common, id: 3 }],
  'change-room': [{ kind: 'change-room', actor: 1, room: 'ops', changes: { title: 'Ops', retainDays: 1 }, atMs: 3 * dayMs }],
  'note-clock': [{ kind: 'note-clock', atMs: 2 * dayMs }],
  sweep: [{ kind: 'sweep', after: 0, atMs: 2 * dayMs }],
  'make-invite': [
    { kind: 'make-invite', actor: null, by: null, role: null, admin: true, uses: 2, expiresAtMs: 9, codeDigest: bytes(20), atMs },
    {
      kind: 'make-invite',
      actor: 1,
      by: bytes(0),
      room: 'ops',
      role: 'owner',
      admin: false,
      uses: 1,
      expiresAtMs: 9,
      codeDigest: bytes(21),
      atMs
    }
  ],
  'join-by-invite': [{ kind: 'join-by-invite', actor: 2, room: 'ops', codeDigest: bytes(21), atMs }],
  'end-invite': [{ kind: 'end-invite', actor: 1, by: bytes(0), id: 2 }],
  'reset-user': [{ kind: 'reset-user', user: 2, codeDigest: bytes(22), expiresAtMs: 9 }],
  'set-admin': [{ kind: 'set-admin', user: 1, admin: true }],
  'disable-user': [{ kind: 'disable-user', user: 2, disabled: true, atMs }],
  'leave-for-ever': [{ kind: 'leave-for-ever', actor: 1, by: bytes(0), bot: 'ci', atMs }],
  'set-role': [
    { kind: 'set-role', ...common, member: 'ana', role: 'member' },
    { kind: 'set-role', actor: 1, room: 'ops', member: 'luis', role: 'banned', atMs },
    { kind: 'set-role', actor: 1, room: 'ops', member: 'luis', role: 'owner', atMs },
    { kind: 'set-role', actor: 1, room: 'ops', member: 'luis', role: 'moderator', atMs }
  ],
  leave: [
    { kind: 'leave', ...common, member: 'ana' },
    { kind: 'leave', actor: 1, room: 'ops', member: 'ana', atMs }
  ]
}

type Read = Exclude<keyof (Store & LabStore), 'epoch' | 'secret' | 'commit' | 'commitLab' | 'writesOff' | 'close'>
const reads: Record<Read, (store: Store & LabStore) => Promise<unknown>[]> = {
  token: (store) => [store.token(new Uint8Array(32))],
  user: (store) => [store.user('ana')],
  users: (store) => [store.users({ limit: 2 })],
  invite: (store) => [store.invite(bytes(20), 0)],
  invites: (store) => [
    store.invites(1, { limit: 2 }),
    store.invites(2, { limit: 2, before: 9 }),
    store.invites(1, { limit: 2, room: 'general' })
  ],
  tokens: (store) => [store.tokens(1, { limit: 2 })],
  bot: (store) => [store.bot(1, 'ci')],
  bots: (store) => [store.bots(1, { limit: 2 })],
  account: (store) => [store.account('ana')],
  labUser: (store) => [store.labUser('marta')],
  ownLog: (store) => [store.ownLog(1)],
  room: (store) => [store.room('general', 1)],
  rooms: (store) => [
    store.rooms(1, { limit: 2 }),
    store.rooms(1, { limit: 2, among: [1] }),
    store.rooms(1, { limit: 2, own: true, beginning: 'o', after: 'op' })
  ],
  search: (store) => [store.search({ reader: 1, terms: [], limit: 1 })],
  unread: (store) => [store.unread(1, 1, 0, 9)],
  members: (store) => [
    store.members(1, { limit: 2 }),
    store.members(1, { limit: 2, after: 'ana' }),
    store.members(1, { limit: 2, role: 'banned' })
  ],
  membersAmong: (store) => [store.membersAmong(1, [1, 2])],
  message: (store) => [store.message(1, 3)],
  history: (store) =>
    [{}, { before: 9 }, { after: 0 }, { around: 3 }].map((place) => store.history(1, { limit: 2, bytes: 999, ...place })),
  events: (store) => [store.events(1, 0, 9, { limit: 2, bytes: 9 })],
  extents: (store) => [store.extents([1, 2])]
}

/** What is asked of any database in this thread while `run` lasts. */
async function asking(run: () => Promise<unknown>): Promise<string[]> {
  const spies = (['get', 'all', 'each', 'run'] as const).map((ask) => vi.spyOn(Sql.prototype, ask))
  await run()
  const asked = spies.flatMap(({ mock }) => mock.calls.map(([sql]) => sql))
  for (const spy of spies) spy.mockRestore()
  return [...new Set(asked)].filter((sql) => !sql.startsWith('PRAGMA'))
}

const planOf = (db: Database, sql: string): string[] =>
  (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail)

/** Steps of a plan that look at every row of a table; a row of another step is as good as that step. */
function scans(db: Database, sql: string): string[] {
  const plan = planOf(db, sql)
  const made = new Set(plan.flatMap((detail) => /^(?:CO-ROUTINE|MATERIALIZE) (.+)$/.exec(detail)?.[1] ?? []))
  return plan
    .filter((detail) => /^SCAN /.test(detail) && !/ VIRTUAL TABLE /.test(detail) && !made.has(detail.slice('SCAN '.length)))
    .filter((detail) => detail !== 'SCAN meta' && detail !== 'SCAN CONSTANT ROW')
    .map((detail) => `${detail}: ${sql}`)
}

let file: string
let db: Database

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-plans-'))
  file = join(folder, 'chat.db')
  openDatabase(file, atMs).wal.close()
  db = openReading(file)
  onTestFinished(() => {
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
})

test('nothing that is read or written looks through a whole table', async () => {
  const written = await asking(async () => {
    const { wal } = openDatabase(file, atMs)
    const outcomes = new Batch(wal, 'epoch', file).run(Object.values(commands))
    wal.close()
    expect(outcomes.filter((outcome) => 'failure' in outcome)).toEqual([])
  })
  const read = await asking(async () => {
    const store = await openSqliteStore({ file })
    await Promise.all(Object.values(reads).flatMap((read) => read(store)))
    await store.close()
  })
  expect(written.length).toBeGreaterThan(20)
  expect(read.length).toBeGreaterThan(10)
  expect([...written, ...read].flatMap((sql) => scans(db, sql))).toEqual([])
})

test.each<[list: string, read: (sql: Sql) => unknown, ranges: string[]]>([
  [
    'rooms, also where most are private and the reader is in none of them',
    (sql) => readRooms(sql, 1, { limit: 2 }),
    ['room USING COVERING INDEX publicRoom (nameKey>', 'member USING INDEX memberOfUser (user=? AND roomKey>']
  ],
  ['my rooms', (sql) => readRooms(sql, 1, { limit: 2, own: true }), ['member USING INDEX memberOfUser (user=? AND roomKey>']],
  ['members', (sql) => readMembers(sql, 1, { limit: 2 }), ['m USING INDEX memberOfRoom (log=? AND userKey>']],
  [
    'banned users',
    (sql) => readMembers(sql, 1, { limit: 2, role: 'banned' }),
    ['m USING COVERING INDEX roleInRoom (log=? AND role=? AND userKey>']
  ]
])('a page of %s is one range of an index of what may be on it', async (_list, read, ranges) => {
  const [question = ''] = await asking(async () => read(new Sql(db)))
  const plan = planOf(db, question)
  const searched = plan.filter((detail) => /^SEARCH /.test(detail) && !/PRIMARY KEY/.test(detail))
  expect(searched).toEqual(ranges.map((range) => expect.stringContaining(`SEARCH ${range}`)))
})
