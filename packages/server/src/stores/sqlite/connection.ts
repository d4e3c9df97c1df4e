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
  try {
    db.exec(`PRAGMA busy_timeout = ${busyMs}`)
    demand(db, 'synchronous', 2, 'FULL') // an acknowledged write survives power loss
    // To note in the file that it has a WAL is one page; a journal that a kill leaves would have to be told from foreign ones.
    if (setting(db, 'journal_mode') !== 'wal') demand(db, 'journal_mode', 'memory')
    demand(db, 'journal_mode', 'wal')
    demand(db, 'wal_autocheckpoint', 0) // WriteAheadLog does it
    demand(db, 'secure_delete', 1, 'ON') // a nulled text leaves no bytes
    demand(db, 'temp_store', 2, 'MEMORY') // nor a copy in a temporary file
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Open a connection for reads; each read is one statement, so that it never holds back a checkpoint. */
export function openReading(file: string | URL): Database {
  const db = new DatabaseSync(file, { readOnly: true, timeout: busyMs })
  db.exec(`PRAGMA busy_timeout = ${busyMs}`)
  return db
}

/** Open an index: it can be made again, so it need not survive power loss, but nothing that was taken out of it may stay. */
export function openIndex(file: string): Database {
  const db = new DatabaseSync(file, { timeout: busyMs })
  try {
    demand(db, 'secure_delete', 1, 'ON')
    demand(db, 'temp_store', 2, 'MEMORY')
    demand(db, 'journal_mode', 'wal')
    demand(db, 'synchronous', 1, 'NORMAL')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function demand(db: Database, pragma: string, value: string | number, word = value): void {
  db.exec(`PRAGMA ${pragma} = ${word}`)
  const got = setting(db, pragma)
  if (got !== value) throw new StoreOpenError(`SQLite keeps ${pragma} at ${got} instead of ${word}; is the file on a local disk?`)
}

const setting = (db: Database, pragma: string): unknown => Object.values(db.prepare(`PRAGMA ${pragma}`).get() as object)[0]
