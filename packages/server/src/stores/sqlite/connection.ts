import { StoreOpenError } from '../store.ts'
import { type Database, DatabaseSync } from './driver.ts'

/** Marks a file as a database of this program, for us and for `file`: “Tert”. */
export const applicationId = 0x54_65_72_74

const busyMs = 5_000

/**
 * Open the one connection that writes. Every setting that a promise rests on is asked back,
 * because the defaults differ between drivers and SQLite ignores what it does not know.
 */
export function openWriting(file: string): Database {
  const db = new DatabaseSync(file, { timeout: busyMs })
  db.exec(`PRAGMA busy_timeout = ${busyMs}`)
  if (isForeign(db)) {
    db.close()
    throw new StoreOpenError('This is the database of another program. Give another file with --db.')
  }
  demand(db, 'journal_mode', 'wal')
  demand(db, 'synchronous', 2, 'FULL') // an acknowledged write survives power loss
  demand(db, 'secure_delete', 1, 'ON') // a nulled text leaves no bytes
  demand(db, 'temp_store', 2, 'MEMORY') // nor a copy in a temporary file
  return db
}

/** Open a connection for reads; each read is one statement, so that it never holds back a checkpoint. */
export function openReading(file: string): Database {
  const db = new DatabaseSync(file, { readOnly: true, timeout: busyMs })
  db.exec(`PRAGMA busy_timeout = ${busyMs}`)
  return db
}

/** Asked before anything is changed. What is empty can become ours. */
function isForeign(db: Database): boolean {
  const { application_id } = db.prepare('PRAGMA application_id').get() as { application_id: number }
  if (application_id !== 0) return application_id !== applicationId
  return db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined
}

function demand(db: Database, pragma: string, value: string | number, word = value): void {
  db.exec(`PRAGMA ${pragma} = ${word}`)
  const got = Object.values(db.prepare(`PRAGMA ${pragma}`).get() as object)[0]
  if (got !== value) throw new StoreOpenError(`SQLite keeps ${pragma} at ${got} instead of ${word}; is the file on a local disk?`)
}
