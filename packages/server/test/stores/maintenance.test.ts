import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { MaintenanceError } from '../../src/stores/maintenance.ts'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { backUp } from '../../src/stores/sqlite/maintenance/backup.ts'
import { restore } from '../../src/stores/sqlite/maintenance/restore.ts'
import { StoreOpenError } from '../../src/stores/store.ts'
import { DatabaseByHand } from './support/database-by-hand.ts'

const watch = { writes: () => {}, begins: () => {}, grows: () => {} }
const atMs = Date.UTC(2026, 10, 23, 9, 41)

let folder: string
const at = (name: string) => join(folder, name)
const names = () => readdirSync(folder, { recursive: true }).sort()

/** A database that was stopped, a backup of it, and things that are none. */
beforeEach(() => {
  const database = DatabaseByHand.make()
  database.send(3)
  database.stop()
  folder = mkdtempSync(join(tmpdir(), 'tertulia-maintenance-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  copyFileSync(database.db, at('chat.db'))
  backUp(at('chat.db'), at('copy.db'), false, atMs, watch)
})

const textsIn = (file: string): number => {
  const db = new DatabaseSync(file, { readOnly: true })
  const { n } = db.prepare('SELECT count(*) AS n FROM text').get() as { n: number }
  db.close()
  return n
}

test('a backup is one file for our user alone, without an epoch or a mark, and nothing beside it', () => {
  expect(names()).toEqual(['chat.db', 'copy.db'])
  expect(statSync(at('copy.db')).mode & 0o777).toBe(0o600)
  const db = new DatabaseSync(at('copy.db'), { readOnly: true })
  const row = db.prepare('SELECT epoch, mark FROM meta').get()
  const { journal_mode } = db.prepare('PRAGMA journal_mode').get() as { journal_mode: string }
  db.close()
  expect([{ ...(row as object) }, journal_mode]).toEqual([{ epoch: null, mark: null }, 'delete'])
})

test('in a folder a backup is named after the database and the time', () => {
  mkdirSync(at('copies'))
  expect(backUp(at('chat.db'), at('copies'), false, atMs, watch).file).toBe(at('copies/chat-20261123-094100.db'))
  expect(() => backUp(at('chat.db'), at('copies'), false, atMs, watch)).toThrow(MaintenanceError)
})

test('what a killed backup has left goes with the next one, unless it may still be written', () => {
  for (const [name, ageMs] of Object.entries({ old: 2 * 60 * 60 * 1000, fresh: 1000 })) {
    writeFileSync(at(`.tertulia-${name}.part`), 'x')
    const then = (Date.now() - ageMs) / 1000
    utimesSync(at(`.tertulia-${name}.part`), then, then)
  }
  backUp(at('chat.db'), at('again.db'), false, atMs, watch)
  expect(names()).toEqual(['.tertulia-fresh.part', 'again.db', 'chat.db', 'copy.db'])
})

test.each<[what: string, make: (file: string) => void, kind: typeof StoreOpenError | typeof MaintenanceError, says: RegExp]>([
  ['is not there', () => {}, StoreOpenError, /There is no database at .*wrong\.db/],
  ['is a folder', (file) => mkdirSync(file), StoreOpenError, /wrong\.db is a folder/],
  ['is empty', (file) => writeFileSync(file, ''), StoreOpenError, /wrong\.db is empty/],
  ['is no database', (file) => writeFileSync(file, 'a letter '.repeat(200)), StoreOpenError, /wrong\.db is not a database/],
  ['is of a newer schema', changed('PRAGMA user_version = 999'), StoreOpenError, /wrong\.db has schema 999/],
  ['is of another program', changed('PRAGMA application_id = 7'), StoreOpenError, /the database of another program/],
  [
    'is cut short',
    (file) => writeFileSync(file, readFileSync(at('copy.db')).subarray(0, 50_000)),
    MaintenanceError,
    /is damaged/
  ],
  [
    'was not put in its place as a whole',
    (file) => {
      copyFileSync(at('copy.db'), file)
      writeFileSync(`${file}.restored`, '')
    },
    StoreOpenError,
    /restore was interrupted/
  ],
  [
    'has a WAL of something else beside it',
    (file) => {
      copyFileSync(at('copy.db'), file)
      writeFileSync(`${file}-wal`, 'not a WAL')
    },
    StoreOpenError,
    /is not the WAL of a database/
  ]
])('what %s is neither copied nor restored, and nothing is left', (_, make, kind, says) => {
  make(at('wrong.db'))
  const before = names()
  for (const attempt of [
    () => backUp(at('wrong.db'), at('new.db'), false, atMs, watch),
    () => restore(at('wrong.db'), at('deep/new.db'), false, atMs, watch),
    () => restore(at('wrong.db'), at('chat.db'), true, atMs, watch)
  ]) {
    expect(attempt).toThrow(kind)
    expect(attempt).toThrow(says)
    expect(names()).toEqual(before)
  }
  expect(textsIn(at('chat.db'))).toBe(3)
})

function changed(sql: string): (file: string) => void {
  return (file) => {
    copyFileSync(at('copy.db'), file)
    const db = new DatabaseSync(file)
    db.exec(sql)
    db.close()
  }
}

test.each([
  ['copy.db', /copy\.db is there already\. Name another file/],
  ['chat.db', /chat\.db is there already/],
  ['nowhere/new.db', /The folder of .*nowhere\/new\.db is not there\. Make it first/],
  ['copy.db/new.db', /leads through a file/],
  ['with a name of 300 letters', /is too long/]
])('no copy is made as %s', (name, says) => {
  const to = name.replace('with a name of 300 letters', 'n'.repeat(300))
  const before = names()
  expect(() => backUp(at('chat.db'), at(to), false, atMs, watch)).toThrow(says)
  expect(names()).toEqual(before)
})

test('a database is replaced only on demand, and every one that was there is kept', () => {
  const before = names()
  expect(() => restore(at('copy.db'), at('chat.db'), false, atMs, watch)).toThrow(/There is a database at .*add --replace/)
  expect(() => restore(at('copy.db'), at('copy.db'), true, atMs, watch)).toThrow(/is in its place already/)
  expect(names()).toEqual(before)
  writeFileSync(at('chat.db.search'), 'words')
  const kept = [1, 2].map(() => restore(at('copy.db'), at('chat.db'), true, atMs, watch).keptAs)
  expect(kept).toEqual([at('chat.db.replaced-20261123-094100'), at('chat.db.replaced-20261123-094101')])
  expect(names()).toEqual([...before, ...kept.map((one) => one?.slice(folder.length + 1))].sort())
})

test('a restore goes on where another one was killed, and keeps together what that one has put aside', () => {
  writeFileSync(at('chat.db.restored'), 'a copy, perhaps')
  utimesSync(at('chat.db.restored'), atMs / 1000, atMs / 1000)
  const kept = at('chat.db.replaced-20261123-094100')
  copyFileSync(at('chat.db'), kept)
  rmSync(at('chat.db'))
  writeFileSync(at('chat.db-wal'), 'the rest')
  expect(restore(at('copy.db'), at('chat.db'), false, atMs + 9_000, watch).keptAs).toBe(kept)
  expect(names()).toEqual(['chat.db', 'chat.db.replaced-20261123-094100', 'chat.db.replaced-20261123-094100-wal', 'copy.db'])
  expect(textsIn(at('chat.db'))).toBe(3)
})
