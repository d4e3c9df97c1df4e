import { randomInt } from 'node:crypto'
import type { Database } from './driver.ts'

/**
 * The number in the header of a database by which SQLite notices that its schema was changed. A copy that SQLite makes page by
 * page (`.backup`, `VACUUM INTO`) is like the file in all that can be asked, but begins with another one: the next number of
 * whatever was in its place, where nothing counts as 0. So ours is one that nobody comes to by counting.
 */
export const schemaCookie = (db: Database): number =>
  (db.prepare('PRAGMA schema_version').get() as { schema_version: number }).schema_version

const countedMax = 2 ** 24

/** In a transaction. Statements that are prepared already are prepared again by SQLite. */
export function keepUncounted(db: Database): void {
  if (schemaCookie(db) <= countedMax) setSchemaCookie(db, randomInt(countedMax + 1, 2 ** 31 - countedMax))
}

export function setSchemaCookie(db: Database, cookie: number): void {
  const { enableDefensive } = db as Partial<Database> // Node 22 neither has this defence nor needs to lower it
  enableDefensive?.call(db, false)
  db.exec(`PRAGMA schema_version = ${cookie}`)
  enableDefensive?.call(db, true)
}
