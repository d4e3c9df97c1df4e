import type { Message } from '@tertulia/protocol'
import type { HistoryPage, HistoryRange } from '../../store.ts'
import { type MessageRow, messageColumns, messageJoins, toMessage } from '../rows.ts'
import type { Sql } from '../sql.ts'

export const messageRow = (sql: Sql, log: number, id: number): MessageRow | undefined =>
  sql.get<MessageRow>(`SELECT ${messageColumns} FROM message m ${messageJoins} WHERE m.log = ? AND m.id = ?`, log, id)

export function readMessage(sql: Sql, log: number, id: number): Message | undefined {
  const row = messageRow(sql, log, id)
  return row && toMessage(roomName(sql, log), row)
}

/** Newest first, `id < before`. */
const backwards = `SELECT ${messageColumns} FROM message m ${messageJoins} WHERE m.log = ? AND m.id < ? ORDER BY m.id DESC LIMIT ?`
/** Oldest first, `id > after`. */
const forwards = `SELECT ${messageColumns} FROM message m ${messageJoins} WHERE m.log = ? AND m.id > ? ORDER BY m.id LIMIT ?`
const end = Number.MAX_SAFE_INTEGER

/** One page of history. One row more than wanted tells whether there is more. */
export function readHistory(sql: Sql, log: number, { limit, before, after, around }: HistoryRange): HistoryPage {
  const head = readHead(sql, log) // read first: a follower that starts there may see a message twice, never miss one
  const back = (below: number, count: number) => sql.all<MessageRow>(backwards, log, below, count)
  const forth = (above: number, count: number) => sql.all<MessageRow>(forwards, log, above, count)
  let rows: MessageRow[]
  let earlier: boolean
  let later: boolean
  if (around !== undefined) {
    const older = back(around, limit + 1)
    const newer = forth(around - 1, limit + 1)
    const take = Math.min(older.length, limit, Math.max(limit >> 1, limit - newer.length))
    rows = [...older.slice(0, take).reverse(), ...newer.slice(0, limit - take)]
    earlier = older.length > take
    later = newer.length > limit - take
  } else if (after !== undefined) {
    rows = forth(after, limit + 1)
    later = rows.length > limit
    rows = rows.slice(0, limit)
    earlier = back(rows[0]?.id ?? after + 1, 1).length > 0
  } else {
    rows = back(before ?? end, limit + 1)
    earlier = rows.length > limit
    rows = rows.slice(0, limit).reverse()
    later = before !== undefined && forth(rows.at(-1)?.id ?? before - 1, 1).length > 0
  }
  const room = roomName(sql, log)
  return { messages: rows.map((row) => toMessage(room, row)), head, earlier, later }
}

export const roomName = (sql: Sql, log: number): string =>
  sql.get<{ name: string }>('SELECT name FROM room WHERE log = ?', log)?.name ?? ''

const readHead = (sql: Sql, log: number): number => sql.get<{ head: number }>('SELECT head FROM log WHERE id = ?', log)?.head ?? 0
