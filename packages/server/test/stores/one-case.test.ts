import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formerNameKey } from '@tertulia/protocol/name-key'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { createTables } from '../../src/stores/sqlite/migrations/001-first.ts'
import { createLab } from '../../src/stores/sqlite/migrations/002-lab.ts'
import { orderByName } from '../../src/stores/sqlite/migrations/003-name-order.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import type { Store } from '../../src/stores/store.ts'

const users = ['ana', 'weiß', 'straße', 'STRASSE', 'σας', 'Σασ', 'ıx', 'i̇x', 'admın']
const rooms = ['straße', 'strasse', 'Tor-Σ-ς']

let store: Store

/** A database as it was when names were told apart by their lower case, opened now. */
beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-one-case-'))
  const file = join(folder, 'chat.db')
  const db = new DatabaseSync(file)
  createTables(db, 0, new Uint8Array(32))
  createLab(db)
  orderByName(db)
  const user = db.prepare("INSERT INTO user (name, nameKey, kind, createdAt) VALUES (?, ?, 'person', 0)")
  for (const name of users) user.run(name, formerNameKey(name))
  const log = db.prepare("INSERT INTO log (kind, head, firstSeq) VALUES ('room', 0, 1)")
  const room = db.prepare(
    "INSERT INTO room (log, name, nameKey, title, visibility, archived, rev, createdAt) VALUES (?, ?, ?, '', 'public', 0, 1, 0)"
  )
  for (const name of rooms) room.run(Number(log.run().lastInsertRowid), name, formerNameKey(name))
  db.exec("INSERT INTO member SELECT r.log, u.id, 'member', u.nameKey, r.nameKey FROM room r, user u")
  db.exec('PRAGMA user_version = 3')
  db.close()
  store = await openSqliteStore({ file })
  onTestFinished(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
})

const userOf = async (spelling: string) => (await store.user(spelling))?.name
const roomOf = async (spelling: string) => (await store.room(spelling, 1))?.room.name

test('everybody is still found as they are written', async () => {
  for (const name of users) expect(await userOf(name)).toBe(name)
  for (const name of rooms) expect(await roomOf(name)).toBe(name)
})

test.each([
  ['weiß', ['WEISS', 'weiss', 'WEIẞ']],
  ['admın', ['admin', 'ADMIN']]
])('%s is found in the spellings that are one with it now', async (name, spellings) => {
  for (const spelling of spellings) expect(await userOf(spelling)).toBe(name)
})

describe('where two have one key now', () => {
  test.each([
    ['the one whose key was that already has it', 'strasse', 'STRASSE'],
    ['the one whose key was that already has it', 'σασ', 'Σασ'],
    ['else the older one', 'ix', 'ıx']
  ])('%s: %s', async (_, spelling, name) => {
    expect(await userOf(spelling)).toBe(name)
  })

  test('the other is found as before', async () => {
    for (const spelling of ['STRAßE', 'Straße']) expect(await userOf(spelling)).toBe('straße')
    expect(await userOf('İx')).toBe('i̇x')
    expect(await roomOf('STRAßE')).toBe('straße')
    expect(await roomOf('STRASSE')).toBe('strasse')
  })

  test('nobody can take the name a third time', async () => {
    for (const name of ['STRAẞE', 'Strasse', 'sTRAßE', 'σΑς', 'Ix', 'İX', 'Admin']) {
      const [answer] = await store.commit([
        { kind: 'register', name, userKind: 'person', tokenDigest: new Uint8Array(32), atMs: 0 }
      ])
      expect(answer.refused, name).toEqual({ code: 'name-taken' })
    }
    const [answer] = await store.commit([
      { kind: 'create-room', actor: 1, name: 'Straße', title: '', visibility: 'public', atMs: 0 }
    ])
    expect(answer.refused).toEqual({ code: 'name-taken' })
  })

  test('each acts as themselves, in the room that was meant', async () => {
    const second = await store.user('straße')
    for (const room of ['straße', 'strasse']) {
      const [sent] = await store.commit([{ kind: 'send', actor: second?.id ?? 0, room, text: `in ${room}`, atMs: 0 }])
      expect(sent).toMatchObject({ message: { room, author: { name: 'straße' } } })
    }
    const [left] = await store.commit([{ kind: 'leave', actor: second?.id ?? 0, room: 'straße', member: 'straße', atMs: 0 }])
    expect(left).toMatchObject({ events: [{ member: { name: 'straße' } }] })
  })

  test('pages hold each of them once', async () => {
    const { log } = (await store.room('strasse', 1)) ?? { log: 0 }
    const named: string[] = []
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page: Awaited<ReturnType<Store['members']>> = await store.members(log, { limit: 1, after: after || undefined })
      named.push(...page.items.map(({ name }) => name))
      after = page.next
    }
    expect(named.sort()).toEqual([...users].sort())
    const { items } = await store.rooms(1, { limit: 10, own: true })
    expect(items.map(({ name }) => name).sort()).toEqual(['general', ...rooms].sort())
  })
})
