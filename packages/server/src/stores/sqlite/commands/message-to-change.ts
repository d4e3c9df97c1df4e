import type { Answer, IfMatch, Refusal } from '../../commands.ts'
import { isoTime, type MessageRow, toMessage } from '../../rows.ts'
import { isStale } from '../../stale.ts'
import { messageRow } from '../reads/messages.ts'
import { accessToWrite, type FoundRoom } from '../room-access.ts'
import type { Transaction } from './transaction.ts'

interface Change {
  actor: number
  room: string
  id: number
  ifMatch?: IfMatch | undefined
}

/**
 * The message that somebody wants to change, if they may: it exists, is theirs (or `othersToo` says that their role is enough),
 * is not deleted, and is at the version that they know.
 */
export function messageToChange(
  tx: Transaction,
  epoch: string,
  change: Change,
  othersToo: (room: FoundRoom) => boolean
): { refused: Refusal } | { refused?: undefined; room: FoundRoom; row: MessageRow } {
  const { refused, room } = accessToWrite(tx.room(change.room, change.actor), change.room)
  if (refused) return { refused }
  const row = messageRow(tx, room.log, change.id)
  if (!row) {
    const isSwept = change.id >= 1 && change.id < tx.firstSeq(room.log)
    return { refused: isSwept ? { code: 'message-expired', retainDays: room.retainDays } : { code: 'message-not-found' } }
  }
  if (row.author !== change.actor && !othersToo(room)) return { refused: { code: 'not-author', author: tx.author(row.author) } }
  if (row.deletedAt !== null) return { refused: { code: 'message-deleted', deletedAt: isoTime(row.deletedAt) } }
  if (isStale(row.rev, change.ifMatch, epoch)) {
    return { refused: { code: 'stale', current: toMessage(room.name, row) } }
  }
  return { room, row }
}

/** What an edit or a delete leaves behind: the message as it is now, and the event that says so. */
export function changed(
  tx: Transaction,
  room: FoundRoom,
  id: number,
  type: 'message.edited' | 'message.deleted',
  actor: number,
  atMs: number
): Answer<'edit'> & Answer<'delete'> {
  const message = toMessage(room.name, messageRow(tx, room.log, id) as MessageRow)
  const event = { seq: message.rev, type, room: room.name, at: isoTime(atMs), actor: tx.author(actor).name, message }
  return { log: room.log, events: [event], message }
}
