import type { Database } from '../driver.ts'

/** A search finds texts; whose they are, and whether they still are, is looked up. */
const steps = 'CREATE UNIQUE INDEX messageOfText ON message (textN)'

export const findByText = (db: Database): void => db.exec(steps)
