import { applicationId } from '../connection.ts'
import type { Database } from '../driver.ts'

/**
 * `text` is append-only and never clustered by room: a page that splits would leave bytes of erased texts behind.
 * Its rows are never deleted and never grow; erasing sets `body` to null.
 */
const tables = `
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch TEXT,              -- null: mint a new one when opened (a restored backup)
  secret BLOB NOT NULL,
  openedAt INTEGER NOT NULL
);
CREATE TABLE user (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  nameKey TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  createdAt INTEGER NOT NULL
);
CREATE TABLE token (
  digest BLOB PRIMARY KEY, -- SHA-256; the token itself is kept nowhere
  user INTEGER NOT NULL REFERENCES user,
  createdAt INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE log (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  head INTEGER NOT NULL,
  firstSeq INTEGER NOT NULL
);
CREATE TABLE room (
  log INTEGER PRIMARY KEY REFERENCES log,
  name TEXT NOT NULL,
  nameKey TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  visibility TEXT NOT NULL,
  archived INTEGER NOT NULL,
  rev INTEGER NOT NULL,    -- last event that changed title, visibility or archived
  createdAt INTEGER NOT NULL
);
CREATE TABLE member (
  log INTEGER NOT NULL REFERENCES log,
  user INTEGER NOT NULL REFERENCES user,
  role TEXT NOT NULL,
  PRIMARY KEY (log, user)
) WITHOUT ROWID;
CREATE INDEX memberByUser ON member (user);
CREATE TABLE event (
  log INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  type TEXT NOT NULL,
  actor INTEGER,           -- null: the server
  at INTEGER NOT NULL,
  target INTEGER,          -- message events: id of the message
  detail TEXT,             -- other events: what happened, as JSON
  PRIMARY KEY (log, seq)
) WITHOUT ROWID;
CREATE TABLE message (
  log INTEGER NOT NULL,
  id INTEGER NOT NULL,
  author INTEGER NOT NULL,
  textN INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  createdAt INTEGER NOT NULL,
  editedAt INTEGER,
  deletedAt INTEGER,
  PRIMARY KEY (log, id)
) WITHOUT ROWID;
CREATE TABLE text (n INTEGER PRIMARY KEY, body TEXT);
CREATE TABLE sent (        -- idempotency keys of the last day
  log INTEGER NOT NULL,
  user INTEGER NOT NULL,
  key TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  message INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (log, user, key)
) WITHOUT ROWID;
CREATE INDEX sentByTime ON sent (at);
`

export function createTables(db: Database, nowMs: number, secret: Uint8Array): void {
  db.exec(`PRAGMA application_id = ${applicationId}`)
  db.exec(tables)
  db.prepare('INSERT INTO meta (one, epoch, secret, openedAt) VALUES (1, NULL, ?, ?)').run(secret, nowMs)
  db.exec("INSERT INTO log (id, kind, head, firstSeq) VALUES (1, 'room', 1, 1)")
  db.prepare(
    "INSERT INTO room (log, name, nameKey, title, visibility, archived, rev, createdAt) VALUES (1, 'general', 'general', '', 'public', 0, 1, ?)"
  ).run(nowMs)
  db.prepare("INSERT INTO event (log, seq, type, at, detail) VALUES (1, 1, 'room.created', ?, ?)").run(
    nowMs,
    JSON.stringify({ settings: { title: '', visibility: 'public', archived: false } })
  )
}
