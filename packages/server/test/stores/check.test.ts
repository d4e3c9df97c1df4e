import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { check } from '../../src/stores/sqlite/maintenance/check.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'tertulia-check-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const good = join(folder, 'good.db')
const watch = { writes: () => {}, begins: () => {}, grows: () => {} }

/** With a room of some history: a message that was edited, one that was deleted, one with a key, and a member who has left for ever. */
beforeAll(async () => {
  const store = await openSqliteStore({ file: good })
  const atMs = Date.UTC(2026, 10, 23, 10)
  const digest = (n: number) => new Uint8Array(32).fill(n)
  for (const [n, name] of ['ana', 'luis', 'marta'].entries()) {
    await store.commit([{ kind: 'register', name, userKind: 'person', tokenDigest: digest(n), atMs }])
  }
  const send = (actor: number, text: string, key?: string) =>
    store.commit([
      {
        kind: 'send',
        actor,
        room: 'general',
        text,
        once: key === undefined ? undefined : { key, fingerprint: digest(9) },
        atMs
      }
    ])
  const idOf = async (sent: ReturnType<typeof send>) => {
    const [answer] = await sent
    return answer.refused ? expect.unreachable() : answer.message.id
  }
  await send(1, 'hello')
  const edited = await idOf(send(1, 'helo'))
  const deleted = await idOf(send(2, 'never mind'))
  await send(3, 'once', 'key-1')
  await store.commit([
    { kind: 'edit', actor: 1, room: 'general', id: edited, text: 'hello again', atMs },
    { kind: 'delete', actor: 2, room: 'general', id: deleted, atMs }
  ])
  await store.search({ reader: 1, terms: [], limit: 1 }) // the index is made for who searches
  await store.close()
})

/** A copy of it, changed by somebody who should not. */
function changed(sql: string): string {
  const file = join(folder, `${Math.random()}.db`)
  copyFileSync(good, file)
  const db = new DatabaseSync(file)
  db.exec(`PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; ${sql}`)
  db.close()
  return file
}

const faultsOf = (file: string) => check(file, false, watch).faults.map((fault) => `${fault.in}: ${fault.detail}`)

test('a database in order has no fault, and is counted', () => {
  const report = check(good, false, watch)
  expect(report).toMatchObject({ ok: true, faults: [], faultsMore: 0, remarks: [] })
  expect(report).toMatchObject({ rooms: 1, users: 3, messages: 4, edited: 1, deleted: 1, keys: 1 })
  expect(report.looked.map((one) => one.in)).toEqual(['pages', 'references', 'numbers', 'messages', 'accounts', 'search index'])
  expect(report.looked.at(-1)?.saw).toBe('3 texts, each with its words')
})

test.each<[what: string, sql: string, fault: RegExp]>([
  ['an event is missing', "DELETE FROM event WHERE log = 1 AND type = 'message.deleted'", /numbers: .*room general has a gap/],
  [
    'the last event is missing',
    'DELETE FROM event WHERE log = 1 AND seq = (SELECT head FROM log WHERE id = 1)',
    /numbers: .*room general has a gap/
  ],
  ['the head went back', 'UPDATE log SET head = head - 1 WHERE id = 1', /numbers: .*beyond its head/],
  ['the head is too far', 'UPDATE log SET head = head + 1 WHERE id = 1', /numbers: .*has a gap/],
  ['a log begins after its end', 'UPDATE log SET firstSeq = head + 2 WHERE id = 1', /numbers: .*begins at/],
  [
    'an event of an own log is missing',
    "DELETE FROM event WHERE seq = 1 AND log = (SELECT log FROM user WHERE name = 'ana')",
    /numbers: the own log of ana has a gap: event 1 is missing/
  ],
  [
    'a message and another event have one number',
    "INSERT INTO event (log, seq, type, at, detail) SELECT log, id, 'room.updated', 0, '{}' FROM message LIMIT 1",
    /numbers: number \d+ of log 1 is of a message and of another event/
  ],
  ['a room is missing', 'DELETE FROM room', /numbers: the log of room \(log 1\) is of no room/],
  [
    'an event is about no message',
    "UPDATE event SET target = 999 WHERE type = 'message.edited'",
    /numbers: event \d+ .*not there/
  ],
  ['an event is by nobody', "UPDATE event SET actor = 999 WHERE type = 'message.edited'", /numbers: event \d+ .*user who is not/],
  ['an event says nothing', "UPDATE event SET detail = '{' WHERE type = 'member.joined'", /numbers: event \d+ .*can be read/],
  [
    'a message has lost its text',
    "UPDATE text SET body = NULL WHERE body = 'hello'",
    /messages: message \d+ of log 1 has lost its text/
  ],
  ['the row of a text is missing', "DELETE FROM text WHERE body = 'hello'", /messages: .*has no row for its text/],
  [
    'a deleted message has its text',
    "UPDATE text SET body = 'never mind' WHERE n = (SELECT textN FROM message WHERE deletedAt IS NOT NULL)",
    /messages: .*is deleted, and its text is still there/
  ],
  ['a text was not erased', "INSERT INTO text (body) VALUES ('helo')", /messages: text \d+ is of no message/],
  ['a message is by nobody', 'UPDATE message SET author = 999 WHERE editedAt IS NOT NULL', /messages: .*user who is not there/],
  [
    'a message has a version of no event',
    'UPDATE message SET rev = rev + 100 WHERE rev <> id',
    /messages: .*version of no event/
  ],
  ['a key leads nowhere', 'UPDATE sent SET message = 999', /messages: an Idempotency-Key leads to message 999/],
  ['a key is of somebody else', 'UPDATE sent SET user = 1', /messages: an Idempotency-Key .*by somebody else/],
  ['a member is nobody', 'UPDATE member SET user = 999 WHERE user = 1', /references: a row of member/],
  [
    'a member has read too much',
    'UPDATE member SET readUpTo = 999 WHERE user = 1',
    /accounts: ana in room general has read up to/
  ],
  ['a member is listed wrongly', "UPDATE member SET userKey = 'zoe' WHERE user = 1", /accounts: ana .*another name/],
  ['a member has no known role', "UPDATE member SET role = 'king' WHERE user = 1", /accounts: ana .*unknown role king/],
  ['a user is not found', "UPDATE user SET nameKey = 'zoe' WHERE id = 1", /accounts: user ana cannot be found/],
  ['a user has no log', 'UPDATE user SET log = NULL WHERE id = 1', /accounts: ana has no log/],
  ['the settings are of no event', 'UPDATE room SET rev = 999', /accounts: room general has .*newer/],
  ['there is no epoch', "UPDATE meta SET epoch = ''", /accounts: the epoch/]
])('%s', (_, sql, fault) => {
  expect(faultsOf(changed(sql)).join('\n')).toMatch(fault)
})

/** A copy of it in which the first page of a table or an index is another one. */
function damaged(name: string, change: (page: Buffer) => void): string {
  const file = changed('PRAGMA user_version')
  const db = new DatabaseSync(file, { readOnly: true })
  const { rootpage } = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(name) as { rootpage: number }
  const { page_size } = db.prepare('PRAGMA page_size').get() as { page_size: number }
  db.close()
  const bytes = readFileSync(file)
  change(bytes.subarray((rootpage - 1) * page_size, rootpage * page_size))
  writeFileSync(file, bytes)
  return file
}

test('an index that has not all the rows of its table is told of', () => {
  const file = damaged('messageOfText', (page) => page.writeUInt16BE(page.readUInt16BE(3) - 1, 3))
  expect(faultsOf(file).join('\n')).toMatch(/pages: .*messageOfText/)
})

test('a damaged page is told of, and what can still be read is looked through', () => {
  const file = damaged('sent', (page) => page.fill(0xff))
  const report = check(file, false, watch)
  expect(report.ok).toBe(false)
  expect(report.faults.map((fault) => fault.in)).toContain('pages')
  expect(report.looked.find((one) => one.in === 'accounts')?.saw).toMatch(/^3 users/)
})

test('many faults of a kind are counted, and some are listed', () => {
  const many = 'WITH i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i LIMIT 200)'
  const { faults, faultsMore } = check(changed(`${many} INSERT INTO text (body) SELECT 'left' FROM i`), false, watch)
  expect([faults.length, faultsMore]).toEqual([50, 150])
})

test('an index that misses texts, or has some that were erased, is remarked on: the next start makes it again', () => {
  const file = changed("UPDATE text SET body = NULL WHERE body = 'once'; INSERT INTO text VALUES (2000, 'new')")
  for (const ending of ['.search', '.search-wal']) {
    copyFileSync(good + ending, file + ending)
    onTestFinished(() => rmSync(file + ending))
  }
  expect(check(file, false, watch).remarks).toEqual(['1 erased text still in the search index. The next start takes them out.'])
})

test('nothing is changed or left by a look', () => {
  const file = changed('PRAGMA user_version')
  const before = readFileSync(file)
  check(file, false, watch)
  expect(readFileSync(file).equals(before)).toBe(true)
  expect(readdirSync(folder).filter((name) => name.startsWith(basename(file)))).toEqual([basename(file)])
})
