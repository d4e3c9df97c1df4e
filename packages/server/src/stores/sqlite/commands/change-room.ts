import type { Answer, Commands } from '../../commands.ts'
import { isStale } from '../../stale.ts'
import { toRoom } from '../reads/rooms.ts'
import { accessToRead, actsAs, type FoundRoom } from '../room-access.ts'
import type { Transaction } from './transaction.ts'

/** Change what an owner may change of a room; an archived one is opened again in this way. */
export function changeRoom(tx: Transaction, command: Commands['change-room'], epoch: string): Answer<'change-room'> {
  const { actor, room: spelled, changes, ifMatch, atMs } = command
  const { refused, room } = accessToRead(tx.room(spelled, actor), spelled)
  if (refused) return { refused }
  if (actsAs(room) !== 'owner') return { refused: { code: 'not-allowed', role: 'owner' } }
  if (isStale(room.rev, ifMatch, epoch)) {
    return { refused: { code: 'stale', current: toRoom(room) } }
  }
  const { title, visibility, archived } = { ...toRoom(room), ...changes }
  if (title === room.title && visibility === room.visibility && archived === (room.archived === 1)) {
    return { log: room.log, events: [], room: toRoom(room) }
  }
  const event = tx.append(room, 'room.updated', actor, atMs, { settings: { title, visibility, archived } })
  tx.run(
    'UPDATE room SET title = ?, visibility = ?, archived = ?, rev = ? WHERE log = ?',
    title,
    visibility,
    archived ? 1 : 0,
    event.seq,
    room.log
  )
  return { log: room.log, events: [event], room: toRoom(tx.room(spelled, actor) as FoundRoom) }
}
