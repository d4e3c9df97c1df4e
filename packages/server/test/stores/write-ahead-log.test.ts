import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openWriting } from '../../src/stores/sqlite/connection.ts'
import { markPage } from '../../src/stores/sqlite/mark-of-life.ts'
import { openDatabase } from '../../src/stores/sqlite/open-database.ts'

/** A database in a folder of its own, that can be left as a kill leaves it. */
function openNew() {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-wal-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'chat.db')
  const { wal } = openDatabase(file, 0)
  /** Change what the database says, and do what comes after; as the writer does. */
  const rename = (title: string) => {
    wal.transaction(() => wal.sql.run('UPDATE room SET title = ?', title))
    wal.keepShort()
  }
  const killed = join(folder, 'killed')
  /** Copies of the files as they are now. Here they would lose their locks. */
  const leave = () => {
    mkdirSync(killed)
    for (const ending of ['', '-wal', '.lock']) execFileSync('cp', [file + ending, killed])
    return join(killed, 'chat.db')
  }
  return { file, wal, rename, leave }
}

const titleAndEpoch = (file: string) => {
  const { wal } = openDatabase(file, 0)
  const found = wal.sql.get<{ title: string; epoch: string }>('SELECT title, epoch FROM room, meta')
  wal.close()
  return found
}

test('a database whose WAL another program has emptied goes on after a kill', () => {
  const { file, wal, rename, leave } = openNew()
  rename('one')
  rename('two')
  const other = openWriting(file)
  other.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  other.close()
  rename('three')

  const killed = leave()
  wal.close()
  expect(titleAndEpoch(killed)).toMatchObject({ title: 'three' })
})

test('a kill right behind the first transaction after another program has emptied the WAL loses nothing', () => {
  const { file, wal, rename, leave } = openNew()
  const { epoch } = wal.sql.get<{ epoch: string }>('SELECT epoch FROM meta') ?? { epoch: '' }
  rename('one')
  const other = openWriting(file)
  other.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  other.close()
  wal.transaction(() => wal.sql.run("UPDATE room SET title = 'last'"))

  const killed = leave()
  wal.close()
  expect(titleAndEpoch(killed)).toEqual({ title: 'last', epoch })
})

test('a kill right behind the first transaction of a WAL loses nothing', () => {
  const { wal, leave } = openNew()
  const { epoch } = wal.sql.get<{ epoch: string }>('SELECT epoch FROM meta') ?? { epoch: '' }
  wal.transaction(() => {
    wal.sql.db.exec('CREATE TABLE filler (bytes BLOB)')
    wal.sql.run(
      'INSERT INTO filler WITH i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i LIMIT 1100) SELECT zeroblob(4000) FROM i'
    )
  })
  wal.keepShort()
  const { log, checkpointed } = wal.sql.get('PRAGMA wal_checkpoint(NOOP)') as Record<string, number>
  expect(checkpointed).toBe(log) // all was moved
  wal.transaction(() => wal.sql.run("UPDATE room SET title = 'last'")) // and no time to note what it marks

  const killed = leave()
  wal.close()
  expect(titleAndEpoch(killed)).toEqual({ title: 'last', epoch })
})

test('a copy of the moment that a WAL began has an epoch of its own where the lock knows of more', () => {
  const { wal, rename, leave } = openNew()
  const { epoch } = wal.sql.get<{ epoch: string }>('SELECT epoch FROM meta') ?? { epoch: '' }
  rename('one')
  const copy = leave()
  wal.close()
  // As SQLite's backup makes one: a single file, with the mark of the WAL.
  const backup = openWriting(copy)
  backup.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  backup.close()
  const found = titleAndEpoch(copy)
  expect(found?.title).toBe('one')
  expect(found?.epoch).not.toBe(epoch)
})

/** Leave copies before or after all is moved into the file and the WAL is cut, as a kill between two steps of that would. */
function leaveInCheckpoint({ wal, leave }: ReturnType<typeof openNew>, when: 'before' | 'after'): string {
  const get = wal.sql.get.bind(wal.sql) as (query: string) => unknown
  let killed: string | undefined
  const spy = vi.spyOn(wal.sql, 'get').mockImplementation(((query: string) => {
    const isStep = /wal_checkpoint\((PASSIVE|TRUNCATE)\)/.test(query)
    if (isStep && when === 'before') killed ??= leave()
    const row = get(query)
    if (/wal_checkpoint\(TRUNCATE\)/.test(query) && when === 'after') killed ??= leave()
    return row
  }) as typeof wal.sql.get)
  expect(wal.empty()).toBe(true)
  spy.mockRestore()
  return killed as string
}

test('a kill right after the WAL was cut loses nothing', () => {
  const opened = openNew()
  const { epoch } = opened.wal.sql.get<{ epoch: string }>('SELECT epoch FROM meta') ?? { epoch: '' }
  opened.rename('last')
  const killed = leaveInCheckpoint(opened, 'after')
  opened.wal.close()
  expect(statSync(`${killed}-wal`).size).toBe(0)
  expect(titleAndEpoch(killed)).toEqual({ title: 'last', epoch })
})

test.each([
  ['removed', (path: string) => rmSync(path)],
  ['emptied', (path: string) => truncateSync(path)]
])('a file that a kill left with a part of a WAL, and the last mark, is not the newest after that WAL was %s', (_, lose) => {
  const opened = openNew()
  const { epoch } = opened.wal.sql.get<{ epoch: string }>('SELECT epoch FROM meta') ?? { epoch: '' }
  opened.rename('one')
  const killed = leaveInCheckpoint(opened, 'before')
  opened.wal.close()
  // Pages are moved in the order of their numbers: the one with the mark is among the first.
  const moved = readFileSync(opened.file)
  const part = readFileSync(killed)
  const pageBytes = part.readUInt16BE(16)
  moved.copy(part, pageBytes, pageBytes * (markPage - 1), pageBytes * markPage)
  writeFileSync(killed, part)
  lose(`${killed}-wal`)
  const found = titleAndEpoch(killed)
  expect(found?.title).not.toBe('one')
  expect(found?.epoch).not.toBe(epoch)
})
