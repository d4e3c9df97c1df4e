import { randomInt } from 'node:crypto'
import { keepUncounted } from '../schema-cookie.ts'
import type { WriteAheadLog } from '../write-ahead-log.ts'
import { refuseNewer, schemaOf, steps } from './schema.ts'

/**
 * Bring the schema up to date, each step in one transaction with its version number, and give the store its epoch:
 * the one that it has, unless `isAnother` says that the file may be older than what its readers have seen.
 * The note of the opening time is also the proof that this file can be written.
 * @throws StoreOpenError for a schema newer than this program
 */
export function migrate(wal: WriteAheadLog, nowMs: number, isAnother = false): void {
  const { db } = wal.sql
  const present = schemaOf(db)
  refuseNewer('The database', present)
  for (let n = present; n < steps.length; n++) {
    wal.transaction(() => {
      steps[n]?.(db, nowMs)
      db.exec(`PRAGMA user_version = ${n + 1}`)
    })
  }
  wal.transaction(() => {
    keepUncounted(db)
    if (isAnother) db.exec('UPDATE meta SET epoch = NULL')
    db.prepare('UPDATE meta SET openedAt = ?, epoch = coalesce(epoch, ?)').run(nowMs, mintEpoch())
  })
}

const letters = '0123456789abcdefghijklmnopqrstuvwxyz'
export const mintEpoch = () => Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('')
