import type { LogEvent, Message, UserKind } from '@tertulia/protocol'
import { bounded } from '../../bounded.ts'
import type { Extent, PageBounds } from '../../records.ts'
import { isoTime, isoTimeOrNull } from '../../rows.ts'
import { messageJoins } from '../rows.ts'
import type { Sql } from '../sql.ts'
import { logName } from './messages.ts'

/** Messages, and what else happened: two ranges of one numbering, which SQLite merges as it reads them. */
const query = `
  SELECT m.id AS seq, 'message.created', m.createdAt, a.name, NULL,
         m.id, m.rev, m.createdAt, m.editedAt, m.deletedAt, a.name, a.kind, t.body
    FROM message m ${messageJoins} WHERE m.log = ?1 AND m.id > ?2 AND m.id <= ?3
  UNION ALL
  SELECT e.seq, e.type, e.at, u.name, e.detail,
         m.id, m.rev, m.createdAt, m.editedAt, m.deletedAt, a.name, a.kind, t.body
    FROM event e LEFT JOIN user u ON u.id = e.actor
    LEFT JOIN message m ON m.log = e.log AND m.id = e.target
    LEFT JOIN user a ON a.id = m.author LEFT JOIN text t ON t.n = m.textN
   WHERE e.log = ?1 AND e.seq > ?2 AND e.seq <= ?3
  ORDER BY seq LIMIT ?4`

/** Its columns; those after `detail` are of the message, which is there if `detail` is null. */
type EventRow = [
  seq: number,
  type: LogEvent['type'],
  at: number,
  actor: string | null,
  detail: string | null,
  id: number,
  rev: number,
  createdAt: number,
  editedAt: number | null,
  deletedAt: number | null,
  author: string,
  kind: UserKind,
  body: string | null
]

/** One page of a log, read and closed in one go. */
export function readEvents(sql: Sql, log: number, after: number, upTo: number, page: PageBounds): LogEvent[] {
  const room = logName(sql, log)
  const rows = sql.each<EventRow>(query, log, after, upTo, page.limit)
  return bounded(rows, page, (row) => row[12]).map((row) => toEvent(room, row))
}

/** A message event shows its message as it is now; every other event keeps what it says in `detail`. */
function toEvent(room: string, row: EventRow): LogEvent {
  const [seq, type, ms, actor, detail, id, rev, createdAt, editedAt, deletedAt, name, kind, text] = row
  const at = isoTime(ms)
  if (detail !== null) return { seq, type, room, at, actor, ...JSON.parse(detail) }
  const message: Message = {
    id,
    room,
    author: { name, kind },
    text,
    createdAt: createdAt === ms ? at : isoTime(createdAt),
    editedAt: isoTimeOrNull(editedAt),
    deletedAt: isoTimeOrNull(deletedAt),
    rev
  }
  return { seq, type, room, at, actor, message } as LogEvent
}

export function readExtents(sql: Sql, logs: readonly number[]): Map<number, Extent> {
  const rows = sql.all<Extent & { id: number }>(
    'SELECT id, firstSeq, head FROM log WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(logs)
  )
  return new Map(rows.map(({ id, firstSeq, head }) => [id, { firstSeq, head }]))
}
