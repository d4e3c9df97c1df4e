import type { Database } from '../driver.ts'

/** How far each member has read. Whoever is a member already has read what is there: nobody knows better. */
const steps = `
ALTER TABLE member ADD COLUMN readUpTo INTEGER NOT NULL DEFAULT 0;
UPDATE member SET readUpTo = (SELECT head FROM log WHERE id = member.log);
`

export const addReadMarkers = (db: Database): void => db.exec(steps)
