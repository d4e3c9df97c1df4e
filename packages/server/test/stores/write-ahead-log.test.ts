import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openWriting } from '../../src/stores/sqlite/connection.ts'
import { openDatabase } from '../../src/stores/sqlite/open-database.ts'

test('a database whose WAL another program has emptied goes on after a kill', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-wal-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'chat.db')
  const { wal } = openDatabase(file, 0)
  const rename = (title: string) => {
    wal.transaction(() => wal.sql.run('UPDATE room SET title = ?', title))
    wal.keepShort()
  }
  rename('one')
  rename('two')
  const other = openWriting(file)
  other.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  other.close()
  rename('three')

  const killed = join(folder, 'killed')
  mkdirSync(killed)
  for (const ending of ['', '-wal', '.lock']) execFileSync('cp', [file + ending, killed]) // here it would lose its locks
  wal.close()
  const { wal: again } = openDatabase(join(killed, 'chat.db'), 0)
  expect(again.sql.get('SELECT title FROM room')).toEqual({ title: 'three' })
  again.close()
})
