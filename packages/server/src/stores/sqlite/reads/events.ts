import type { LogEvent } from '@tertulia/protocol'
import type { EventBounds, Extent } from '../../store.ts'
import { type EventRow, messageColumns, toEvent } from '../rows.ts'
import type { Sql } from '../sql.ts'
import { roomName } from './messages.ts'

const query = `
  SELECT e.seq, e.type, e.at, e.detail, e.target, u.name AS actor, ${messageColumns}
    FROM event e LEFT JOIN user u ON u.id = e.actor
    LEFT JOIN message m ON m.log = e.log AND m.id = e.target
    LEFT JOIN user a ON a.id = m.author LEFT JOIN text t ON t.n = m.textN
   WHERE e.log = ? AND e.seq > ? AND e.seq <= ? ORDER BY e.seq LIMIT ?`

/** One page of a log, read and closed in one go. */
export function readEvents(sql: Sql, log: number, after: number, upTo: number, { limit, bytes }: EventBounds): LogEvent[] {
  const room = roomName(sql, log)
  const events: LogEvent[] = []
  let left = bytes
  for (const row of sql.each<EventRow>(query, log, after, upTo, limit)) {
    left -= row.body === null ? 0 : Buffer.byteLength(row.body)
    if (left < 0 && events.length > 0) break
    events.push(toEvent(room, row))
  }
  return events
}

export function readExtents(sql: Sql, logs: readonly number[]): Map<number, Extent> {
  const rows = sql.all<Extent & { id: number }>(
    'SELECT id, firstSeq, head FROM log WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(logs)
  )
  return new Map(rows.map(({ id, firstSeq, head }) => [id, { firstSeq, head }]))
}
