import { idempotencyKeyMs } from '@tertulia/protocol/limits'
import type { Answer, Commands } from '../../commands.ts'
import { visibleTo } from '../../rights.ts'
import { isoTime, toMessage } from '../../rows.ts'
import { sentAnswer } from '../../sent-row.ts'
import { messageRow } from '../reads/messages.ts'
import { accessToWrite } from '../room-access.ts'
import { join } from './join.ts'
import type { Transaction } from './transaction.ts'

/**
 * Append a message. A repeated key answers with what it made the first time, also where nobody may write any more and to who is banned
 * meanwhile, but only to who still sees the room: it shows the text as it is now. The first send to a public room joins it.
 */
export function send(tx: Transaction, { actor, room: spelled, text, once, atMs }: Commands['send']): Answer<'send'> {
  const found = tx.room(spelled, actor)
  if (found && visibleTo(found) && once) {
    const before = tx.get<{ fingerprint: Uint8Array; message: number; at: number }>(
      'SELECT fingerprint, message, at FROM sent WHERE log = ? AND user = ? AND key = ?',
      found.log,
      actor,
      once.key
    )
    if (before && atMs - before.at < idempotencyKeyMs) {
      if (Buffer.compare(before.fingerprint, once.fingerprint) !== 0) return { refused: { code: 'key-reused' } }
      const row = messageRow(tx, found.log, before.message)
      // There is none where the clock has gone back over a sweep: what it made is gone, and so is the key in a moment.
      if (row) return { log: found.log, events: [], message: toMessage(found.name, row), replayed: true }
    }
  }
  const { refused, room } = accessToWrite(found, spelled)
  if (refused) return { refused }

  const isMember = room.role !== null && room.role !== 'banned'
  const joined = isMember ? undefined : join(tx, room, actor, 'member', actor, atMs)
  const textN = tx.note('INSERT INTO text (body) VALUES (?)', text)
  const id = tx.next(room)
  tx.note(
    'INSERT INTO message (log, id, author, textN, rev, createdAt) VALUES (?, ?, ?, ?, ?, ?)',
    room.log,
    id,
    actor,
    textN,
    id,
    atMs
  )
  tx.moveMarker(room.log, actor, id) // whoever answers has read; no event of theirs: the message itself says so
  if (once) {
    tx.note(
      'INSERT OR REPLACE INTO sent (log, user, key, fingerprint, message, at) VALUES (?, ?, ?, ?, ?, ?)',
      room.log,
      actor,
      once.key,
      once.fingerprint,
      id,
      atMs
    )
  }
  const { name, kind } = tx.author(actor)
  const answer = sentAnswer([room.log, id, room.name, name, kind, isoTime(atMs)], text)
  if (joined) answer.events.unshift(joined)
  return answer
}
