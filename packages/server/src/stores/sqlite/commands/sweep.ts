import type { Message } from '@tertulia/protocol'
import type { Answer, Commands } from '../../commands.ts'
import { sweptLotMax } from '../../lots.ts'
import { type MessageRow, toMessage } from '../../rows.ts'
import { messageRow } from '../reads/messages.ts'
import type { Transaction } from './transaction.ts'

const dayMs = 24 * 60 * 60 * 1000

/** Both ranges of the numbering of a log, from its first event on. */
const oldest = `
  SELECT m.id AS seq, m.createdAt AS at, m.rev FROM message m WHERE m.log = ?1 AND m.id >= ?2
  UNION ALL SELECT e.seq, e.at, NULL FROM event e WHERE e.log = ?1 AND e.seq >= ?2
  ORDER BY seq LIMIT ${sweptLotMax + 1}`
type OldestColumns = [seq: number, at: number, rev: number | null]

/**
 * Let go of the oldest events of a room that keeps them for some days only: up to the first one that is young enough. With its messages
 * go their texts and the keys that they were sent with. Members and settings are no events, and stay.
 */
export function sweep(tx: Transaction, { after, atMs }: Commands['sweep']): Answer<'sweep'> {
  const room = tx.get<{ log: number; name: string; retainDays: number }>(
    'SELECT log, name, retainDays FROM room WHERE retainDays IS NOT NULL AND log > ? ORDER BY log LIMIT 1',
    after
  )
  if (!room) return { room: null, swept: 0, isMore: false }
  const { log, name } = room
  const firstSeq = tx.firstSeq(log)
  const youngAt = atMs - room.retainDays * dayMs
  const old: { seq: number; at: number; rev: number | null }[] = []
  for (const [seq, at, rev] of tx.each<OldestColumns>(oldest, log, firstSeq)) {
    if (at >= youngAt) break
    old.push({ seq, at, rev })
  }
  const isMore = old.length > sweptLotMax
  if (isMore) old.pop()
  const last = old.at(-1)?.seq
  if (last === undefined) return { room: { log, name }, swept: 0, isMore }
  for (const { seq, rev } of old) if (rev !== null) letGo(tx, name, log, messageRow(tx, log, seq) as MessageRow, last, atMs)
  tx.note('DELETE FROM message WHERE log = ? AND id <= ?', log, last)
  tx.note('DELETE FROM event WHERE log = ? AND seq <= ?', log, last)
  tx.note('UPDATE log SET firstSeq = ? WHERE id = ?', last + 1, log)
  const times = old.map(({ at }) => at)
  tx.note(forgetKeys, Math.min(...times), Math.max(...times), log, last)
  return { room: { log, name }, swept: old.length, isMore }
}

/** A key has the time of its message; the other index would look through all of the room. */
const forgetKeys = 'DELETE FROM sent WHERE at BETWEEN ? AND ? AND +log = ? AND message <= ?'

/** Erase the text of a message whose row is about to go; later events about it show what is left of it themselves. */
function letGo(tx: Transaction, room: string, log: number, row: MessageRow, last: number, atMs: number): void {
  if (row.body !== null) tx.eraseText({ n: row.textN, body: row.body, log, author: row.author })
  if (row.rev <= last) return
  const message = toMessage(room, { ...row, body: null, deletedAt: row.deletedAt ?? atMs })
  tx.note(
    'UPDATE event SET target = NULL, detail = ? WHERE log = ? AND target = ? AND seq > ?',
    JSON.stringify({ message } satisfies { message: Message }),
    log,
    row.id,
    last
  )
}
