import type { Database } from '../driver.ts'

/** Ways in, and who runs the server. Of a code only its digest is kept, as of a link. */
const steps = `
ALTER TABLE user ADD COLUMN admin INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user ADD COLUMN disabledAt INTEGER;  -- by whoever runs the server; null: not
CREATE TABLE invite (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- is shown, and is never that of another invite later
  digest BLOB NOT NULL UNIQUE,          -- SHA-256 of the code
  maker INTEGER REFERENCES user,        -- null: whoever runs the server
  log INTEGER REFERENCES log,           -- of the room that it leads to; null: to the server
  role TEXT,                            -- in that room; null: to the server
  admin INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  used INTEGER NOT NULL,
  expiresAt INTEGER NOT NULL,
  createdAt INTEGER NOT NULL
);
CREATE INDEX inviteOfMaker ON invite (maker, id);
CREATE INDEX inviteToRoom ON invite (log, id);
`

export const openInvites = (db: Database): void => db.exec(steps)
