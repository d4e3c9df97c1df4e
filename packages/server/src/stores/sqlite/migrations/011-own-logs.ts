import type { Database } from '../driver.ts'

/** Each user has a log of their own, which begins here: what they are in which rooms is in the list of rooms. */
const steps = `
ALTER TABLE user ADD COLUMN log INTEGER REFERENCES log; -- null: left for ever
CREATE UNIQUE INDEX userOfLog ON user (log);            -- each is of one user alone
INSERT INTO log (id, kind, head, firstSeq)
  SELECT (SELECT max(id) FROM log) + row_number() OVER (ORDER BY id), 'user', 0, 1 FROM user WHERE leftAt IS NULL;
UPDATE user SET log = numbered.log
  FROM (SELECT u.id, (SELECT min(id) FROM log WHERE kind = 'user') - 1 + row_number() OVER (ORDER BY u.id) AS log
          FROM user u WHERE u.leftAt IS NULL) numbered
 WHERE numbered.id = user.id;
`

export const addOwnLogs = (db: Database): void => db.exec(steps)
