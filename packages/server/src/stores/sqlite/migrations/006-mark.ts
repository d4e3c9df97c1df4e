import type { Database } from '../driver.ts'

/** What tells this file from a copy of it; see `mark-of-life.ts`. */
export const addMark = (db: Database): void => db.exec('ALTER TABLE meta ADD COLUMN mark TEXT')
