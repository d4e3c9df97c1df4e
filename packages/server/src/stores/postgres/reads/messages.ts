import type { Message, UserKind } from '@tertulia/protocol'
import { ownLogName } from '@tertulia/protocol/own-log'
import { bounded } from '../../bounded.ts'
import type { HistoryPage, HistoryRange } from '../../records.ts'
import { isoTime, isoTimeOrNull } from '../../rows.ts'
import type { Reader } from '../reader.ts'

export interface MessageRow {
  id: number
  rev: number
  created_at: number
  edited_at: number | null
  deleted_at: number | null
  body: string | null
  author_name: string
  author_kind: UserKind
}

/** `FROM message m` with its author. */
export const messageColumns =
  'm.id, m.rev, m.created_at, m.edited_at, m.deleted_at, m.body, a.name AS author_name, a.kind AS author_kind'
export const messageJoins = 'JOIN users a ON a.id = m.author'

export const toMessage = (room: string, row: MessageRow): Message => ({
  id: row.id,
  room,
  author: { name: row.author_name, kind: row.author_kind },
  text: row.body,
  createdAt: isoTime(row.created_at),
  editedAt: isoTimeOrNull(row.edited_at),
  deletedAt: isoTimeOrNull(row.deleted_at),
  rev: row.rev
})

const one = `SELECT ${messageColumns}, coalesce((SELECT name FROM room r WHERE r.log = m.log), '${ownLogName}') AS room
  FROM message m ${messageJoins} WHERE m.log = $1 AND m.id = $2`

export async function readMessage(reader: Reader, log: number, id: number): Promise<Message | undefined> {
  const row = await reader.first<MessageRow & { room: string }>(one, log, id)
  return row && toMessage(row.room, row)
}

/** Of the rows that come in this order the first so many, and no more bytes of text than wanted: one row at least. */
const beginning = (order: string, range: string) => `
  SELECT * FROM (
    SELECT p.*, row_number() OVER (ORDER BY p.id ${order}) AS nth, sum(octet_length(coalesce(p.body, ''))) OVER (ORDER BY p.id ${order}) AS bytes
      FROM (SELECT ${messageColumns} FROM message m ${messageJoins} WHERE m.log = $1 AND ${range} ORDER BY m.id ${order} LIMIT $3) p
  ) q WHERE bytes <= $4 OR nth = 1 ORDER BY nth`
/** Newest first, `id < before`. */
const backwards = beginning('DESC', 'm.id < $2')
/** Oldest first, `id > after`. */
const forwards = beginning('ASC', 'm.id > $2')
const place = `SELECT l.first_seq, l.head, coalesce(r.name, '${ownLogName}') AS room FROM log l LEFT JOIN room r ON r.log = l.id WHERE l.id = $1`
const around = `SELECT EXISTS (SELECT 1 FROM message WHERE log = $1 AND id < $2) AS earlier,
  EXISTS (SELECT 1 FROM message WHERE log = $1 AND id > $3) AS later`
const end = Number.MAX_SAFE_INTEGER

/** One page of history. It grows row by row from where it was asked for. */
export async function readHistory(reader: Reader, log: number, range: HistoryRange): Promise<HistoryPage> {
  const { limit, bytes, before, after, around: middle } = range
  // Read first: a follower that starts there may see a message twice, never miss one.
  const found = await reader.first<{ first_seq: number; head: number; room: string }>(place, log)
  const { first_seq: firstSeq, head, room } = found ?? { first_seq: 1, head: 0, room: ownLogName }
  const back = (below: number) => reader.all<MessageRow>(backwards, log, below, limit, bytes)
  const forth = (above: number) => reader.all<MessageRow>(forwards, log, above, limit, bytes)
  const outwards =
    middle !== undefined
      ? inTurn(await forth(middle - 1), await back(middle))
      : await (after !== undefined ? forth(after) : back(before ?? end))
  const rows = bounded(outwards, { limit, bytes }, ({ body }) => body).sort((one, other) => one.id - other.id)
  const first = rows[0]?.id ?? before ?? (after ?? 0) + 1
  const last = rows.at(-1)?.id ?? (before === undefined ? (after ?? 0) : before - 1)
  const isNewest = (before ?? after ?? middle) === undefined
  const more = await reader.first<{ earlier: boolean; later: boolean }>(around, log, first, last)
  return {
    messages: rows.map((row) => toMessage(room, row)),
    firstSeq,
    head,
    earlier: more?.earlier ?? false,
    later: !isNewest && (more?.later ?? false)
  }
}

/** One of each by turns, and when one of them has ended the rest of the other. */
function* inTurn<T>(one: readonly T[], other: readonly T[]): Generator<T> {
  for (let n = 0; n < Math.max(one.length, other.length); n++) {
    if (n < one.length) yield one[n] as T
    if (n < other.length) yield other[n] as T
  }
}
