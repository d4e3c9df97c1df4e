import type { Answer, Commands } from '../../commands.ts'
import { toMessage } from '../../rows.ts'
import { changed, messageToChange } from './message-to-change.ts'
import type { Transaction } from './transaction.ts'

/** Give a message another text: a new row for it, and nothing left in the old one. */
export function edit(tx: Transaction, command: Commands['edit'], epoch: string): Answer<'edit'> {
  const { actor, text, atMs } = command
  const found = messageToChange(tx, epoch, command, () => false)
  if (found.refused) return { refused: found.refused }
  const { room, row } = found
  if (row.body === text) return { log: room.log, events: [], message: toMessage(room.name, row) }
  const textN = tx.note('INSERT INTO text (body) VALUES (?)', text)
  tx.eraseText({ n: row.textN, body: row.body ?? '', log: room.log, author: row.author })
  const rev = tx.appendMessageEvent(room, 'message.edited', actor, atMs, row.id)
  tx.note('UPDATE message SET textN = ?, rev = ?, editedAt = ? WHERE log = ? AND id = ?', textN, rev, atMs, room.log, row.id)
  return changed(tx, room, row.id, 'message.edited', actor, atMs)
}
