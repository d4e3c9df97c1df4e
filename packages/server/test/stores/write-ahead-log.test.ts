import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openWriting } from '../../src/stores/sqlite/connection.ts'
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
