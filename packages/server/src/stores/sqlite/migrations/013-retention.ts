import type { Database } from '../driver.ts'

/**
 * A room may keep what is written for so many days only; the settings that older events show say that it was for ever then. Events that
 * outlive their message are found by it. `meta` knows how the clock stood when old messages were last looked for, and until when none
 * are erased because it had jumped since the time before.
 */
const steps = `
ALTER TABLE room ADD COLUMN retainDays INTEGER; -- null: for ever
CREATE INDEX roomForATime ON room (log) WHERE retainDays IS NOT NULL;
CREATE INDEX eventOfMessage ON event (log, target) WHERE target IS NOT NULL;
UPDATE event SET detail = json_set(detail, '$.settings.retainDays', json('null'))
 WHERE type IN ('room.created', 'room.updated') AND detail IS NOT NULL;
ALTER TABLE meta ADD COLUMN clockAt INTEGER;    -- ms since 1970; null: not yet
ALTER TABLE meta ADD COLUMN keepsUntil INTEGER; -- the same; null: the clock goes as it should
`

export const retainForDays = (db: Database): void => db.exec(steps)
