import type { Database } from '../driver.ts'

/**
 * Lists are read in the order of names, a page at a time. Names never change, so each membership holds the two keys that it is
 * listed by, and an index gives the next page without looking at what is not on it: neither at rooms that the reader may not
 * see, nor at members who are banned.
 */
const steps = `
CREATE TABLE memberByName (
  log INTEGER NOT NULL REFERENCES log,
  user INTEGER NOT NULL REFERENCES user,
  role TEXT NOT NULL,
  userKey TEXT NOT NULL,
  roomKey TEXT NOT NULL,
  PRIMARY KEY (log, user)
) WITHOUT ROWID;
INSERT INTO memberByName
  SELECT m.log, m.user, m.role, u.nameKey, r.nameKey FROM member m JOIN user u ON u.id = m.user JOIN room r ON r.log = m.log;
DROP TABLE member;
ALTER TABLE memberByName RENAME TO member;
CREATE INDEX memberOfRoom ON member (log, userKey) WHERE role <> 'banned';
CREATE INDEX memberOfUser ON member (user, roomKey) WHERE role <> 'banned';
CREATE INDEX ownerOfRoom ON member (log) WHERE role = 'owner';
CREATE INDEX ownerOfUser ON member (user) WHERE role = 'owner';
CREATE INDEX publicRoom ON room (nameKey) WHERE visibility = 'public';
`

export const orderByName = (db: Database): void => db.exec(steps)
