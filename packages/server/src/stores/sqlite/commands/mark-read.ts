import type { Answer, Commands } from '../../commands.ts'
import { accessToRead, findRoom } from '../room-access.ts'
import type { Transaction } from './transaction.ts'

/** How far a member has read, also in an archived room. Nobody else is told: it is an event of their own log. */
export function markRead(tx: Transaction, { actor, room: spelled, upTo, atMs }: Commands['mark-read']): Answer<'mark-read'> {
  const { refused, room } = accessToRead(findRoom(tx, spelled, actor), spelled)
  if (refused) return { refused }
  if (room.role === null) return { refused: { code: 'member-not-found' } }
  const { log, head } = room
  const before = tx.get<{ readUpTo: number }>('SELECT readUpTo FROM member WHERE log = ? AND user = ?', log, actor)?.readUpTo ?? 0
  const readUpTo = Math.max(before, Math.min(upTo, head))
  if (readUpTo > before) {
    moveMarker(tx, log, actor, readUpTo)
    tx.tell(actor, 'marker.moved', actor, atMs, { marker: { room: room.name, readUpTo } })
  }
  return { log, head, readUpTo }
}

export function moveMarker(tx: Transaction, log: number, user: number, readUpTo: number): void {
  tx.run('UPDATE member SET readUpTo = ? WHERE log = ? AND user = ?', readUpTo, log, user)
}
