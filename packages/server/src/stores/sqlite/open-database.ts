import { rmSync } from 'node:fs'
import { cannotOpen } from './cannot-open.ts'
import { openWriting } from './connection.ts'
import { everyFile, keepForUsAlone, narrow, OpenFiles } from './database-file.ts'
import type { Database } from './driver.ts'
import { bytesOf, findFiles, isNewest, presentFiles, refuseMixture } from './found-files.ts'
import { unmarked } from './mark-of-life.ts'
import { type CopyBefore, copyBefore, type TellCopying } from './migrations/copy-before.ts'
import { migrate } from './migrations/migrate.ts'
import { schemaOf } from './migrations/schema.ts'
import { type Note, ServerLock } from './server-lock.ts'
import { Sql } from './sql.ts'
import { WriteAheadLog } from './write-ahead-log.ts'

export interface OpenDatabase {
  wal: WriteAheadLog
  /** What the last server left in the WAL is in the file; false: somebody who reads is in the way. */
  isEmptied: boolean
  /** What it was before it was brought up to date; undefined: it was so already, or is new. */
  before: CopyBefore | undefined
}

/**
 * Take the database over: keep others out, see that what lies there belongs together, bring it up to date and mark it.
 * @param tell  hears that it is copied before its schema is changed
 * @throws StoreOpenError if it cannot be used as it is; then nothing is left that was not there
 */
export function openDatabase(file: string, nowMs: number, tell: TellCopying = () => {}): OpenDatabase {
  let present = new Set<string>()
  let lock: ServerLock | undefined
  let note: Note | undefined | null
  let db: Database | undefined
  let before: CopyBefore | undefined
  try {
    presentFiles(file)
    lock = ServerLock.take(file)
    present = presentFiles(file) // again: another server may have come and gone
    if (lock.isNew) present.delete(`${file}.lock`)
    const found = findFiles(file)
    note = lock.isNew ? null : lock.note
    refuseMixture(file, found, note)
    const isAnother = !isNewest(found, note)
    const mark = found.header?.mark?.mark ?? unmarked
    const isPart = found.wal.frames > 0
    if (isAnother || mark === unmarked) lock.write({ last: mark, frames: 0, inFile: mark, isPart, isAnother })
    for (const path of present) narrow(path)
    keepForUsAlone(file)
    db = openWriting(file)
    const wal = new WriteAheadLog(new Sql(db), lock, { inFile: mark, isPart })
    before = copyBefore(wal.sql, file, tell)
    migrate(wal, nowMs, isAnother)
    wal.keepTo(new OpenFiles(file))
    return { wal, isEmptied: wal.empty(), before }
  } catch (cause) {
    const error = cannotOpen(file, cause) // it asks for the room on the disk, of which there is more in a moment
    if (lock && !db && note && lock.note !== note) lock.write(note) // nothing was changed: what is known of the file holds
    if (db && before) removeNeedless(db, before)
    db?.close()
    if (lock) leave(file, present)
    lock?.release()
    throw error
  }
}

/** A copy of what is there as it was. */
function removeNeedless(db: Database, { file, schema, isNew }: CopyBefore): void {
  try {
    if (isNew && schemaOf(db) === schema) rmSync(file, { force: true })
  } catch {
    // what the database is cannot be told any more: the copy may be needed
  }
}

/** Remove what was not there before. A WAL that is not empty belongs to a database that was. */
function leave(file: string, present: ReadonlySet<string>): void {
  for (const path of everyFile(file)) {
    if (!present.has(path) && (!present.has(file) || path.endsWith('.lock') || bytesOf(path) === 0)) rmSync(path, { force: true })
  }
}
