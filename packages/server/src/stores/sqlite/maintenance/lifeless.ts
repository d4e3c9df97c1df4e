import { DatabaseSync } from '../driver.ts'
import { marksSince, schemaOf } from '../migrations/schema.ts'
import { Sql } from '../sql.ts'

/**
 * Make a copy one that a server begins a new life with: without the epoch of its readers, whose cursors it answers with 410, and
 * without a mark, so that nobody takes it for the file that it was made of. Nothing is left beside it.
 * @param read  is asked about it then; the copy is closed afterwards
 */
export function endLife<T>(file: string, read: (sql: Sql) => T): T {
  const db = new DatabaseSync(file)
  try {
    // Its WAL, if it has one, is moved into it, without an index of it; a copy that is cut short is thrown away, so it needs no journal.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA journal_mode = MEMORY')
    db.exec('PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL')
    db.exec('UPDATE meta SET epoch = NULL')
    if (schemaOf(db) >= marksSince) db.exec('UPDATE meta SET mark = NULL')
    const seen = read(new Sql(db))
    db.exec('PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema') // the addon may close it later
    return seen
  } finally {
    db.close()
  }
}
