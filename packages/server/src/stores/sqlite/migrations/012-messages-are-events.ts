import type { Database } from '../driver.ts'

/**
 * A message is the event that created it: its number, its time and its author are those of that event, so that there need not be a row
 * for it in `event` too. The table is written anew, without these: they were most of it.
 */
const steps = `
CREATE TABLE eventBesides (
  log INTEGER NOT NULL,
  seq INTEGER NOT NULL,    -- never that of a message of this log
  type TEXT NOT NULL,
  actor INTEGER,           -- null: the server
  at INTEGER NOT NULL,
  target INTEGER,          -- message.edited, message.deleted: id of the message
  detail TEXT,             -- other events: what happened, as JSON
  PRIMARY KEY (log, seq)
) WITHOUT ROWID;
INSERT INTO eventBesides SELECT log, seq, type, actor, at, target, detail FROM event WHERE type <> 'message.created';
DROP TABLE event;
ALTER TABLE eventBesides RENAME TO event;
`

export const readMessagesAsEvents = (db: Database): void => db.exec(steps)
