import type { Database } from '../driver.ts'

/**
 * What signs somebody in. Every token that was there is the session of whoever registered. Of tokens and codes only digests are
 * kept, of passwords only what scrypt makes of them: nobody is signed in by a copy of this file.
 */
const steps = `
ALTER TABLE user ADD COLUMN owner INTEGER REFERENCES user; -- of a bot; null: a person, or a bot of another application
ALTER TABLE user ADD COLUMN leftAt INTEGER;                -- left for ever; the row keeps the name from others
CREATE INDEX botOfUser ON user (owner, nameKey) WHERE leftAt IS NULL;
CREATE TABLE tokenOfAccount (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- is shown, and is never that of another token later
  digest BLOB NOT NULL UNIQUE,          -- SHA-256
  user INTEGER NOT NULL REFERENCES user,
  kind TEXT NOT NULL,                   -- session, named
  name TEXT,                            -- null: a session
  nameKey TEXT,
  scope TEXT NOT NULL,                  -- read, write
  rooms TEXT,                           -- logs of the rooms that it is bound to, as a JSON array; null: all
  expiresAt INTEGER,                    -- null: never
  createdAt INTEGER NOT NULL
);
INSERT INTO tokenOfAccount (digest, user, kind, scope, createdAt)
  SELECT digest, user, 'session', 'write', createdAt FROM token ORDER BY createdAt;
DROP TABLE token;
ALTER TABLE tokenOfAccount RENAME TO token;
CREATE INDEX sessionOfUser ON token (user, id) WHERE kind = 'session';
CREATE UNIQUE INDEX namedToken ON token (user, nameKey) WHERE kind = 'named';
CREATE TABLE password (
  user INTEGER PRIMARY KEY REFERENCES user,
  salt BLOB NOT NULL,
  hash BLOB NOT NULL,      -- scrypt, with the parameters beside it
  cost INTEGER NOT NULL,
  blockSize INTEGER NOT NULL,
  parallelization INTEGER NOT NULL
);
CREATE TABLE link (
  digest BLOB PRIMARY KEY, -- SHA-256 of the code
  user INTEGER NOT NULL REFERENCES user,
  expiresAt INTEGER NOT NULL,
  usedAt INTEGER           -- null: not yet
) WITHOUT ROWID;
CREATE INDEX linkOfUser ON link (user, expiresAt);
`

export const openAccounts = (db: Database): void => db.exec(steps)
