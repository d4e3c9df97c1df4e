import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { createTables } from '../../src/stores/sqlite/migrations/001-first.ts'
import { createLab } from '../../src/stores/sqlite/migrations/002-lab.ts'
import { steps } from '../../src/stores/sqlite/migrations/schema.ts'

export const olderEpoch = 'olderepoch'

/**
 * A database as a version that knew no marks left it when it was killed: with a WAL, an empty lock, and `general` called Kept.
 * @param inFile  how much of it is in the file already: nothing, or all but the last change
 */
export function leaveOlderDatabase(file: string, inFile: 'nothing' | 'tables'): void {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-older-'))
  const running = join(folder, 'chat.db')
  const db = new DatabaseSync(running)
  db.exec('PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = ON; BEGIN')
  createTables(db, 1, new Uint8Array(32))
  createLab(db)
  db.exec(`UPDATE meta SET epoch = '${olderEpoch}'; PRAGMA user_version = 2; COMMIT`)
  if (inFile === 'tables') db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  db.exec("UPDATE room SET title = 'Kept'")
  for (const ending of ['', '-wal']) copyFileSync(running + ending, file + ending)
  writeFileSync(`${file}.lock`, '')
  db.close()
  rmSync(folder, { recursive: true })
}

/** The last version that kept a row of `event` for each message. */
const eventsForMessages = 11

/** A database as that version left it: in `general`, ana has edited her first message and deleted her second, and luis has said something. */
export function leaveDatabaseWithEventsForMessages(file: string): void {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA secure_delete = ON; BEGIN')
  for (const step of steps.slice(0, eventsForMessages)) step(db, 0)
  db.exec(`
    UPDATE meta SET epoch = '${olderEpoch}';
    INSERT INTO log (id, kind, head, firstSeq) VALUES (2, 'user', 1, 1), (3, 'user', 1, 1);
    INSERT INTO user (id, name, nameKey, kind, createdAt, log) VALUES (1, 'ana', 'ana', 'person', 0, 2), (2, 'luis', 'luis', 'person', 0, 3);
    INSERT INTO member (log, user, role, userKey, roomKey, readUpTo) VALUES (1, 1, 'member', 'ana', 'general', 4), (1, 2, 'member', 'luis', 'general', 8);
    UPDATE log SET head = 8 WHERE id = 1;
    INSERT INTO text (n, body) VALUES (1, NULL), (2, NULL), (3, 'one, but better'), (4, 'three');
    INSERT INTO message (log, id, author, textN, rev, createdAt, editedAt, deletedAt)
      VALUES (1, 3, 1, 3, 5, 3000, 5000, NULL), (1, 4, 1, 2, 6, 4000, NULL, 6000), (1, 8, 2, 4, 8, 8000, NULL, NULL);
    INSERT INTO sent (log, user, key, fingerprint, message, at) VALUES (1, 2, 'k', zeroblob(32), 8, 8000);
    INSERT INTO event (log, seq, type, actor, at, target, detail) VALUES
      (1, 2, 'member.joined', 1, 2000, NULL, '{"member":{"name":"ana","kind":"person","role":"member"}}'),
      (1, 3, 'message.created', 1, 3000, 3, NULL), (1, 4, 'message.created', 1, 4000, 4, NULL),
      (1, 5, 'message.edited', 1, 5000, 3, NULL), (1, 6, 'message.deleted', 1, 6000, 4, NULL),
      (1, 7, 'member.joined', 2, 7000, NULL, '{"member":{"name":"luis","kind":"person","role":"member"}}'),
      (1, 8, 'message.created', 2, 8000, 8, NULL),
      (2, 1, 'membership.joined', 1, 2000, NULL, '{"membership":{"room":"general","role":"member"}}'),
      (3, 1, 'membership.joined', 2, 7000, NULL, '{"membership":{"room":"general","role":"member"}}');
    PRAGMA user_version = ${eventsForMessages};
    COMMIT`)
  db.close()
}
