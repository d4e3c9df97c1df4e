import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { createTables } from '../../src/stores/sqlite/migrations/001-first.ts'
import { createLab } from '../../src/stores/sqlite/migrations/002-lab.ts'

export const olderEpoch = 'olderepoch'

/**
 * A database as a version that knew no marks left it when it was killed: with a WAL, an empty lock, and `general` called Kept.
 * @param inFile  how much of it is in the file already: nothing, or all but the last change
 */
export function leaveOlderDatabase(file: string, inFile: 'nothing' | 'tables'): void {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-older-'))
  const running = join(folder, 'chat.db')
  const db = new DatabaseSync(running)
  db.exec('PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = ON; BEGIN')
  createTables(db, 1, new Uint8Array(32))
  createLab(db)
  db.exec(`UPDATE meta SET epoch = '${olderEpoch}'; PRAGMA user_version = 2; COMMIT`)
  if (inFile === 'tables') db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  db.exec("UPDATE room SET title = 'Kept'")
  for (const ending of ['', '-wal']) copyFileSync(running + ending, file + ending)
  writeFileSync(`${file}.lock`, '')
  db.close()
  rmSync(folder, { recursive: true })
}
