import { randomBytes, randomInt } from 'node:crypto'
import { StoreOpenError } from '../../store.ts'
import type { Database } from '../driver.ts'
import type { WriteAheadLog } from '../write-ahead-log.ts'
import { createTables } from './001-first.ts'
import { createLab } from './002-lab.ts'
import { orderByName } from './003-name-order.ts'
import { joinCases } from './004-one-case.ts'
import { addReadMarkers } from './005-read-markers.ts'
import { addMark } from './006-mark.ts'

/** Each step takes the schema from the version before it to its own. A released step never changes again. */
const steps: ReadonlyArray<(db: Database, nowMs: number) => void> = [
  (db, nowMs) => createTables(db, nowMs, randomBytes(32)),
  createLab,
  orderByName,
  joinCases,
  addReadMarkers,
  addMark
]

const schemaNewest = steps.length
/** The first schema whose files bear a mark. */
export const marksSince = steps.indexOf(addMark) + 1

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
    if (isAnother) db.exec('UPDATE meta SET epoch = NULL')
    db.prepare('UPDATE meta SET openedAt = ?, epoch = coalesce(epoch, ?)').run(nowMs, mintEpoch())
  })
}

export const schemaOf = (db: Database) => (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version

/** @throws StoreOpenError for a schema that a newer program made; `whose`: what has it, as the beginning of the sentence */
export function refuseNewer(whose: string, schema: number): void {
  if (schema <= schemaNewest) return
  throw new StoreOpenError(
    `${whose} has schema ${schema}, this chat-server knows ${schemaNewest}. Start a chat-server at least as new as the one that wrote it.`
  )
}

const letters = '0123456789abcdefghijklmnopqrstuvwxyz'
const mintEpoch = () => Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('')
