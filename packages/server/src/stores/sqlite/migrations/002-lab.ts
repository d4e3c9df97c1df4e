import type { Database } from '../driver.ts'

/** Users of the lab's wire; nobody can write under a name that is not in this table. */
const table = `
CREATE TABLE lab (
  user INTEGER PRIMARY KEY REFERENCES user,
  collected INTEGER NOT NULL -- last event of the room that was given to them
);
`

export const createLab = (db: Database): void => db.exec(table)
