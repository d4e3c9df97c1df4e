import { ownedRoomsMax } from '@tertulia/protocol/limits'
import { nameKey } from '@tertulia/protocol/name-key'
import type { Answer, Commands } from '../../commands.ts'
import { toRoom } from '../reads/rooms.ts'
import type { FoundRoom } from '../room-access.ts'
import { join } from './join.ts'
import type { Transaction } from './transaction.ts'

export function createRoom(tx: Transaction, command: Commands['create-room']): Answer<'create-room'> {
  const { actor, name, title, visibility, atMs } = command
  if (tx.get('SELECT 1 FROM room WHERE nameKey = ?', nameKey(name))) return { refused: { code: 'name-taken' } }
  if (ownsAsManyAsOneMay(tx, actor)) return { refused: { code: 'too-many-rooms' } }
  const log = tx.run("INSERT INTO log (kind, head, firstSeq) VALUES ('room', 0, 1)")
  tx.run(
    'INSERT INTO room (log, name, nameKey, title, visibility, archived, rev, createdAt) VALUES (?, ?, ?, ?, ?, 0, 1, ?)',
    log,
    name,
    nameKey(name),
    title,
    visibility,
    atMs
  )
  const room = tx.room(name, actor) as FoundRoom
  const settings = { title, visibility, archived: false, retainDays: null }
  const created = tx.append(room, 'room.created', actor, atMs, { settings })
  const joined = join(tx, room, actor, 'owner', actor, atMs)
  return { log, events: [created, joined], room: toRoom(room) }
}

export const ownsAsManyAsOneMay = (tx: Transaction, user: number): boolean =>
  tx.get("SELECT 1 FROM member WHERE user = ? AND role = 'owner' LIMIT 1 OFFSET ?", user, ownedRoomsMax - 1) !== undefined
