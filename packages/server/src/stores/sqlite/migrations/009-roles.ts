import type { Database } from '../driver.ts'

/** Owners, moderators and banned users are listed without looking at all the members; a user who leaves for ever leaves their bans behind. */
const steps = `
CREATE INDEX roleInRoom ON member (log, role, userKey) WHERE role <> 'member';
CREATE INDEX banOfUser ON member (user) WHERE role = 'banned';
`

export const listByRole = (db: Database): void => db.exec(steps)
