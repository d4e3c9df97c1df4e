import { existsSync } from 'node:fs'
import { StoreOpenError } from '../store.ts'
import { type Database, DatabaseSync, sqliteBusy, sqliteCode } from './driver.ts'

/**
 * One server per database file: an exclusive transaction on a side database, which ends with the process, however that ends.
 * Nothing in this process may open that file by other means: closing it would drop the lock (POSIX locks belong to the process).
 */
export function lockForServer(file: string): { lock: Database; isNew: boolean } {
  const isNew = !existsSync(`${file}.lock`)
  const db = new DatabaseSync(`${file}.lock`)
  try {
    db.exec('PRAGMA busy_timeout = 0')
    db.exec('PRAGMA journal_mode = memory')
    db.exec('BEGIN EXCLUSIVE')
    return { lock: db, isNew }
  } catch (error) {
    db.close()
    if (sqliteCode(error) !== sqliteBusy) throw error
    throw new StoreOpenError(
      `Another chat-server is running with ${file}. Stop it first, or give this one its own file with --db.`
    )
  }
}
