import { nameKey } from '@tertulia/protocol/name-key'
import type { Answer, Commands } from '../../store.ts'
import { findRoom, refusedToSee } from '../room-access.ts'
import { isoTime, type MessageRow, messageColumns, messageJoins, toMessage } from '../rows.ts'
import { insertUser } from './register.ts'
import type { Transaction } from './transaction.ts'

/** A user without a token, who has been given all that is in the room at this moment. */
export function registerLab(tx: Transaction, { name, room: spelled, atMs }: Commands['register-lab']): Answer<'register-lab'> {
  if (tx.get('SELECT 1 FROM user WHERE nameKey = ?', nameKey(name))) return { refused: { code: 'name-taken' } }
  const kind = 'person'
  const id = insertUser(tx, name, kind, atMs)
  const head = findRoom(tx, spelled, id)?.head ?? 0
  tx.run('INSERT INTO lab (user, collected) VALUES (?, ?)', id, head)
  return { user: { id, name, kind, createdAt: isoTime(atMs) } }
}

const written = `SELECT ${messageColumns} FROM message m ${messageJoins}
  WHERE m.log = ? AND m.id > ? AND m.author <> ? AND m.deletedAt IS NULL ORDER BY m.id LIMIT ?`

/** Reading and remembering are one step, so that two who ask at once are not both given the same. */
export function collectLab(tx: Transaction, { actor, room: spelled, limit }: Commands['collect-lab']): Answer<'collect-lab'> {
  const room = findRoom(tx, spelled, actor)
  const refused = refusedToSee(room, spelled)
  if (refused || !room) return { refused: refused ?? { code: 'room-not-found' } }
  const lab = tx.get<{ collected: number }>('SELECT collected FROM lab WHERE user = ?', actor)
  if (!lab) return { refused: { code: 'user-not-found' } }
  const rows = tx.all<MessageRow>(written, room.log, lab.collected, actor, limit)
  const last = rows[limit - 1]?.id ?? room.head // with fewer than the limit nothing is left
  if (last !== lab.collected) tx.run('UPDATE lab SET collected = ? WHERE user = ?', last, actor)
  return { messages: rows.map((row) => toMessage(room.name, row)) }
}
