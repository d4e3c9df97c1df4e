import type { Answer, Commands } from '../../commands.ts'
import { actsAs, reaches } from '../../rights.ts'
import { changed, messageToChange } from './message-to-change.ts'
import type { Transaction } from './transaction.ts'

/** Erase a message's text; who moderates the room may erase any. The message stays as a tombstone. */
export function deleteMessage(tx: Transaction, command: Commands['delete'], epoch: string): Answer<'delete'> {
  const { actor, atMs } = command
  const found = messageToChange(tx, epoch, command, (room) => reaches(actsAs(room), 'moderator'))
  if (found.refused) return { refused: found.refused }
  const { room, row } = found
  tx.eraseText({ n: row.textN, body: row.body ?? '', log: room.log, author: row.author })
  const rev = tx.appendMessageEvent(room, 'message.deleted', actor, atMs, row.id)
  tx.note('UPDATE message SET rev = ?, deletedAt = ? WHERE log = ? AND id = ?', rev, atMs, room.log, row.id)
  return changed(tx, room, row.id, 'message.deleted', actor, atMs)
}
