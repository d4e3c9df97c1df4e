import { nameKey } from '@tertulia/protocol/name-key'
import type { Answer, Commands } from '../../store.ts'
import { bounded } from '../reads/bounded.ts'
import { accessToRead, findRoom } from '../room-access.ts'
import { type MessageColumns, messageColumns, messageJoins, rowOf, toMessage } from '../rows.ts'
import { insertUser } from './register.ts'
import type { Transaction } from './transaction.ts'

/** A user without a token, who has been given all that is in the room at this moment. */
export function registerLab(tx: Transaction, { name, room: spelled, atMs }: Commands['register-lab']): Answer<'register-lab'> {
  if (tx.get('SELECT 1 FROM user WHERE nameKey = ?', nameKey(name))) return { refused: { code: 'name-taken' } }
  const user = insertUser(tx, name, 'person', atMs)
  const head = findRoom(tx, spelled, user.id)?.head ?? 0
  tx.run('INSERT INTO lab (user, collected) VALUES (?, ?)', user.id, head)
  return { user }
}

const written = `FROM message m ${messageJoins} WHERE m.log = ? AND m.id > ? AND m.author <> ? AND m.deletedAt IS NULL`
const anyWritten = `SELECT 1 ${written} LIMIT 1`
const allWritten = `SELECT ${messageColumns} ${written} ORDER BY m.id LIMIT ?`

/** Reading and remembering are one step, so that two who ask at once are not both given the same. */
export function collectLab(tx: Transaction, { actor, room: spelled, page }: Commands['collect-lab']): Answer<'collect-lab'> {
  const { refused, room } = accessToRead(findRoom(tx, spelled, actor), spelled)
  if (refused) return { refused }
  const lab = tx.get<{ collected: number }>('SELECT collected FROM lab WHERE user = ?', actor)
  if (!lab) return { refused: { code: 'user-not-found' } }
  const found = tx.each<MessageColumns>(allWritten, room.log, lab.collected, actor, page.limit)
  const rows = bounded(found, page, (columns) => columns[9]).map(rowOf)
  const last = rows.at(-1)?.id ?? room.head
  const collected = tx.get(anyWritten, room.log, last, actor) === undefined ? room.head : last
  if (collected !== lab.collected) tx.run('UPDATE lab SET collected = ? WHERE user = ?', collected, actor)
  return { messages: rows.map((row) => toMessage(room.name, row)) }
}
