import type { LogEvent } from '@tertulia/protocol'
import { ownLogName } from '@tertulia/protocol/own-log'
import type { Extent, PageBounds } from '../../records.ts'
import { isoTime } from '../../rows.ts'
import type { Reader } from '../reader.ts'
import { type MessageRow, messageColumns, messageJoins, toMessage } from './messages.ts'

/** Messages, and what else happened: two ranges of one numbering. No more than so many rows, nor bytes of text, but one row at least. */
const query = `
  SELECT q.*, coalesce((SELECT name FROM room r WHERE r.log = $1), '${ownLogName}') AS room FROM (
    SELECT p.*, row_number() OVER (ORDER BY seq) AS nth, sum(octet_length(coalesce(p.body, ''))) OVER (ORDER BY seq) AS bytes FROM (
      (SELECT m.id AS seq, 'message.created' AS type, m.created_at AS at, a.name AS actor, NULL AS detail, ${messageColumns}
         FROM message m ${messageJoins} WHERE m.log = $1 AND m.id > $2 AND m.id <= $3 ORDER BY m.id LIMIT $4)
      UNION ALL
      (SELECT e.seq, e.type, e.at, u.name, e.detail, ${messageColumns}
         FROM event e LEFT JOIN users u ON u.id = e.actor
         LEFT JOIN message m ON m.log = e.log AND m.id = e.target LEFT JOIN users a ON a.id = m.author
        WHERE e.log = $1 AND e.seq > $2 AND e.seq <= $3 ORDER BY e.seq LIMIT $4)
      ORDER BY seq LIMIT $4) p
  ) q WHERE bytes <= $5 OR nth = 1 ORDER BY seq`

interface EventRow extends MessageRow {
  seq: number
  type: LogEvent['type']
  at: number
  actor: string | null
  /** null: it is about a message. */
  detail: string | null
  room: string
}

export async function readEvents(
  reader: Reader,
  log: number,
  after: number,
  upTo: number,
  page: PageBounds
): Promise<LogEvent[]> {
  return (await reader.all<EventRow>(query, log, after, upTo, page.limit, page.bytes)).map(toEvent)
}

/** A message event shows its message as it is now; every other event keeps what it says in `detail`. */
function toEvent(row: EventRow): LogEvent {
  const { seq, type, room, actor, detail } = row
  const at = isoTime(row.at)
  if (detail !== null) return { seq, type, room, at, actor, ...JSON.parse(detail) }
  return { seq, type, room, at, actor, message: toMessage(room, row) } as LogEvent
}

export async function readExtents(reader: Reader, logs: readonly number[]): Promise<Map<number, Extent>> {
  const rows = await reader.all<{ id: number; first_seq: number; head: number }>(
    'SELECT id, first_seq, head FROM log WHERE id = ANY ($1::bigint[])',
    logs
  )
  return new Map(rows.map(({ id, first_seq, head }) => [id, { firstSeq: first_seq, head }]))
}
