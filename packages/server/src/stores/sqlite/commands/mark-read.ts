import type { Answer, Commands } from '../../commands.ts'
import { accessToRead } from '../room-access.ts'
import type { Transaction } from './transaction.ts'

/** How far a member has read, also in an archived room. Nobody else is told: it is an event of their own log. */
export function markRead(tx: Transaction, { actor, room: spelled, upTo, atMs }: Commands['mark-read']): Answer<'mark-read'> {
  const { refused, room } = accessToRead(tx.room(spelled, actor), spelled)
  if (refused) return { refused }
  if (room.role === null) return { refused: { code: 'member-not-found' } }
  const { log } = room
  const head = tx.head(log)
  const before = tx.readUpTo(log, actor)
  const readUpTo = Math.max(before, Math.min(upTo, head))
  if (readUpTo > before) {
    tx.moveMarker(log, actor, readUpTo)
    tx.tell(actor, 'marker.moved', actor, atMs, { marker: { room: room.name, readUpTo } })
  }
  return { log, head, readUpTo }
}
