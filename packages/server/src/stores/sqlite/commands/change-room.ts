import type { RoomSettings } from '@tertulia/protocol'
import type { Answer, Commands } from '../../commands.ts'
import { actsAs } from '../../rights.ts'
import { isStale } from '../../stale.ts'
import { toRoom } from '../reads/rooms.ts'
import { accessToRead, type FoundRoom } from '../room-access.ts'
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
  const before = toRoom(room)
  const { title, visibility, archived, retainDays } = { ...before, ...changes }
  const settings: RoomSettings = { title, visibility, archived, retainDays }
  if (Object.entries(settings).every(([name, value]) => value === before[name as keyof RoomSettings])) {
    return { log: room.log, events: [], room: before }
  }
  const event = tx.append(room, 'room.updated', actor, atMs, { settings })
  tx.run(
    'UPDATE room SET title = ?, visibility = ?, archived = ?, retainDays = ?, rev = ? WHERE log = ?',
    title,
    visibility,
    archived ? 1 : 0,
    retainDays,
    event.seq,
    room.log
  )
  return { log: room.log, events: [event], room: toRoom(tx.room(spelled, actor) as FoundRoom) }
}
