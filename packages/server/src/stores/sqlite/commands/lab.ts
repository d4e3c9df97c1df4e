import { nameKey } from '@tertulia/protocol/name-key'
import { bounded } from '../../bounded.ts'
import type { AnswerOf } from '../../commands.ts'
import type { LabCommands, LabResults } from '../../lab-store.ts'
import { toMessage } from '../../rows.ts'
import { accessToRead } from '../room-access.ts'
import { type MessageColumns, messageColumns, messageJoins, rowOf } from '../rows.ts'
import { insertUser } from './register.ts'
import type { Transaction } from './transaction.ts'

/** A user without a token, who has been given all that is in the room at this moment. */
export function registerLab(
  tx: Transaction,
  { name, room: spelled, atMs }: LabCommands['register-lab']
): AnswerOf<LabResults['register-lab']> {
  if (tx.get('SELECT 1 FROM user WHERE nameKey = ?', nameKey(name))) return { refused: { code: 'name-taken' } }
  const user = insertUser(tx, name, 'person', atMs)
  const room = tx.room(spelled, user.id)
  tx.run('INSERT INTO lab (user, collected) VALUES (?, ?)', user.id, room ? tx.head(room.log) : 0)
  return { user }
}

/** So many messages are looked at for one command: other writes wait for it, and somebody may have written the last million themselves. */
const lotMax = 2_000
const lot = `SELECT id, author, deletedAt FROM message WHERE log = ? AND id > ? ORDER BY id LIMIT ${lotMax}`
const endOfLot = `SELECT count(*) AS count, max(id) AS last FROM (${lot})`
const inLot = `SELECT id FROM (${lot}) WHERE author <> ? AND deletedAt IS NULL`
const written = `SELECT ${messageColumns} FROM (${inLot}) l JOIN message m ON m.log = ? AND m.id = l.id ${messageJoins} ORDER BY l.id`
const anyWritten = `${inLot} AND id > ? LIMIT 1`

/** Reading and remembering are one step, so that two who ask at once are not both given the same. */
export function collectLab(
  tx: Transaction,
  { actor, room: spelled, page }: LabCommands['collect-lab']
): AnswerOf<LabResults['collect-lab']> {
  const { refused, room } = accessToRead(tx.room(spelled, actor), spelled)
  if (refused) return { refused }
  const lab = tx.get<{ collected: number }>('SELECT collected FROM lab WHERE user = ?', actor)
  if (!lab) return { refused: { code: 'user-not-found' } }
  const place = [room.log, lab.collected] as const
  const head = tx.head(room.log)
  const found = tx.each<MessageColumns>(written, ...place, actor, room.log)
  const rows = bounded(found, page, (columns) => columns[9]).map(rowOf)
  const last = rows.at(-1)?.id ?? lab.collected
  const isAll = tx.get(anyWritten, ...place, actor, last) === undefined
  const end = tx.get<{ count: number; last: number }>(endOfLot, ...place) ?? { count: 0, last }
  const collected = !isAll ? last : end.count < lotMax ? head : end.last
  if (collected !== lab.collected) tx.run('UPDATE lab SET collected = ? WHERE user = ?', collected, actor)
  return { messages: rows.map((row) => toMessage(room.name, row)), more: collected < head }
}
