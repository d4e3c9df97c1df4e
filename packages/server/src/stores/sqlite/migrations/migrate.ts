import { randomBytes, randomInt } from 'node:crypto'
import { StoreOpenError } from '../../store.ts'
import type { Database } from '../driver.ts'
import { createTables } from './001-first.ts'
import { createLab } from './002-lab.ts'
import { orderByName } from './003-name-order.ts'
import { joinCases } from './004-one-case.ts'
import { addReadMarkers } from './005-read-markers.ts'

/** Each step takes the schema from the version before it to its own. A released step never changes again. */
const steps: ReadonlyArray<(db: Database, nowMs: number) => void> = [
  (db, nowMs) => createTables(db, nowMs, randomBytes(32)),
  createLab,
  orderByName,
  joinCases,
  addReadMarkers
]

/**
 * Bring the schema up to date, each step in one transaction with its version number, and give the store its epoch.
 * The note of the opening time is also the proof that this file can be written.
 * @throws StoreOpenError for a schema newer than this program
 */
export function migrate(db: Database, nowMs: number): void {
  const present = version(db)
  if (present > steps.length) {
    throw new StoreOpenError(
      `The database has schema ${present}, this chat-server knows ${steps.length}. Start a chat-server at least as new as the one that wrote it.`
    )
  }
  for (let n = present; n < steps.length; n++) {
    transaction(db, () => {
      steps[n]?.(db, nowMs)
      db.exec(`PRAGMA user_version = ${n + 1}`)
    })
  }
  transaction(db, () => {
    db.prepare('UPDATE meta SET openedAt = ?, epoch = coalesce(epoch, ?)').run(nowMs, mintEpoch())
  })
}

const version = (db: Database) => (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version

const letters = '0123456789abcdefghijklmnopqrstuvwxyz'
const mintEpoch = () => Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('')

function transaction(db: Database, run: () => void): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    run()
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
