import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { check } from '../../src/stores/sqlite/maintenance/check.ts'
import { restore } from '../../src/stores/sqlite/maintenance/restore.ts'
import { removeOldCopies } from '../../src/stores/sqlite/migrations/kept-copies.ts'
import { schemaNewest } from '../../src/stores/sqlite/migrations/schema.ts'
import { openDatabase } from '../../src/stores/sqlite/open-database.ts'

const dayMs = 24 * 60 * 60 * 1000
const before = `chat.db.before-v${schemaNewest}`
const watch = { writes: () => {}, begins: () => {}, grows: () => {} }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tertulia-before-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})
const at = (name: string) => join(folder, name)
const copies = () => readdirSync(folder).filter((name) => name.includes('.before-v'))

/** A database that a server of that version left. */
function leave(schema: number, name = 'chat.db'): void {
  const fixture = new URL(`fixtures/schema-${String(schema).padStart(2, '0')}.db.gz`, import.meta.url)
  writeFileSync(at(name), gunzipSync(readFileSync(fixture)))
}

/** Start with it, and stop. @returns what it was before, and what was told of the copy */
function open() {
  const told: [part: string, bytes: number][] = []
  const { wal, before } = openDatabase(at('chat.db'), Date.now(), (part, bytes) => told.push([part, bytes]))
  wal.close()
  return { before, told }
}

test('a database of an earlier version is copied before it is changed, into one file for our user alone', () => {
  leave(10)
  const { messages } = check(at('chat.db'), false, watch)
  const { before: made, told } = open()
  expect(made).toEqual({ file: at(before), schema: 10, isNew: true })
  expect(told).toEqual([[`${at(before)}.tmp`, expect.any(Number)]])
  expect(copies()).toEqual([before])
  expect(statSync(at(before)).mode & 0o777).toBe(0o600)
  expect(check(at(before), false, watch)).toMatchObject({ ok: true, schema: 10, messages, epoch: null })
  expect(check(at('chat.db'), false, watch)).toMatchObject({ ok: true, schema: schemaNewest, messages })
})

test('to go back, it is restored like a backup: with everything, in a new life', () => {
  leave(11)
  open()
  restore(at(before), at('chat.db'), true, Date.now(), watch)
  expect(check(at('chat.db'), false, watch)).toMatchObject({ ok: true, schema: 11, epoch: null })
})

test('there is nothing to copy of a database that is new, or up to date', () => {
  expect(open().before).toBeUndefined()
  expect(open().before).toBeUndefined()
  expect(copies()).toEqual([])
})

test('a start that was killed between two steps has left the copy that counts, one before that another', () => {
  leave(7)
  open()
  rmSync(at('chat.db.lock'))
  leave(12) // as if that start had come as far as the step to 12
  expect(open().before).toEqual({ file: at(before), schema: 7, isNew: false })
  expect(check(at(before), false, watch)).toMatchObject({ schema: 7 })

  leave(12)
  rmSync(at('chat.db.lock'))
  const longAgo = new Date(Date.UTC(2026, 0, 1))
  utimesSync(at(before), longAgo, longAgo)
  expect(open().before).toEqual({ file: at(before), schema: 12, isNew: true })
  expect(check(at(before), false, watch)).toMatchObject({ ok: true, schema: 12 })
})

test('what a killed start has begun to copy is begun anew', () => {
  leave(9)
  for (const ending of ['.tmp', '.tmp-journal']) writeFileSync(at(before + ending), 'half of it')
  open()
  expect(copies()).toEqual([before])
  expect(check(at(before), false, watch)).toMatchObject({ ok: true, schema: 9 })
})

test('where a step fails, the database stays as it was, and no copy of it is left', () => {
  leave(12)
  const db = new DatabaseSync(at('chat.db'))
  db.exec('CREATE INDEX eventOfMessage ON event (log, target)') // the step makes one of this name too
  db.close()
  expect(open).toThrow('already exists')
  expect(copies()).toEqual([])
  expect(check(at('chat.db'), false, watch).schema).toBe(12)
})

test('copies are removed after a week, whatever version made them, and nothing else is', () => {
  const nowMs = Date.UTC(2026, 10, 27)
  const aged = (name: string, days: number) => {
    writeFileSync(at(name), '')
    const made = new Date(nowMs - days * dayMs)
    utimesSync(at(name), made, made)
  }
  const old = ['chat.db.before-v3', 'chat.db.before-v13', 'chat.db.before-v12.tmp', 'chat.db.before-v12.tmp-journal']
  const others = [
    'chat.db.before-v',
    'chat.db.before-v3.keep',
    'chat.db.replaced-20261101-000000',
    'other.db.before-v3',
    'chat.db'
  ]
  for (const name of [...old, ...others]) aged(name, 8)
  aged('chat.db.before-v14', 6)
  removeOldCopies(at('chat.db'), nowMs)
  expect(readdirSync(folder).sort()).toEqual([...others, 'chat.db.before-v14'].sort())
  expect(existsSync(at('chat.db.before-v3'))).toBe(false)
})

test('a copy that somebody serves as a database of its own stays, however old it is', () => {
  leave(schemaNewest - 1)
  open()
  openDatabase(at(before), Date.now()).wal.close()
  const made = new Date(Date.now() - 8 * dayMs)
  utimesSync(at(before), made, made)
  removeOldCopies(at('chat.db'), Date.now())
  expect(existsSync(at(before))).toBe(true)
})

test.each([
  ['as new as the copy would be', 12],
  ['older', 7]
])('a copy that somebody serves is not replaced, and taken for no other, where it is %s: the start is refused', (_, schema) => {
  leave(12)
  leave(schema, before)
  const served = readFileSync(at(before))
  expect(open).toThrow(`${at(before)} has the name of the copy that is made of ${at('chat.db')}`)
  expect(readFileSync(at(before)).equals(served)).toBe(true)
  expect(copies()).toEqual([before])
  expect(check(at('chat.db'), false, watch)).toMatchObject({ ok: true, schema: 12 })

  for (const name of readdirSync(folder).filter((name) => name.startsWith(before))) {
    renameSync(at(name), at(name.replace(before, 'mine.db')))
  }
  expect(open().before).toEqual({ file: at(before), schema: 12, isNew: true })
})
