import { counted } from '../../counted.ts'
import type { Sql } from '../sql.ts'
import type { Findings } from './findings.ts'

interface Log {
  id: number
  kind: string
  head: number
  firstSeq: number
  name: string | null
}

const query = `SELECT l.id, l.kind, l.head, l.firstSeq, coalesce(r.name, u.name) AS name
  FROM log l LEFT JOIN room r ON r.log = l.id LEFT JOIN user u ON u.log = l.id ORDER BY l.id`

/** A number of a log is that of a message, as the event which created it, or of another event. */
const extent = `SELECT
  (SELECT count(*) FROM event WHERE log = ?1 AND seq BETWEEN ?2 AND ?3) +
  (SELECT count(*) FROM message m WHERE log = ?1 AND id BETWEEN ?2 AND ?3
     AND NOT EXISTS (SELECT 1 FROM event e WHERE e.log = m.log AND e.seq = m.id)) AS count,
  max((SELECT coalesce(max(seq), 0) FROM event WHERE log = ?1), (SELECT coalesce(max(id), 0) FROM message WHERE log = ?1)) AS last`

const numbers = `SELECT seq FROM event WHERE log = ?1 AND seq BETWEEN ?2 AND ?3
  UNION SELECT id FROM message WHERE log = ?1 AND id BETWEEN ?2 AND ?3 ORDER BY 1`

const twice = 'SELECT m.log, m.id FROM message m JOIN event e ON e.log = m.log AND e.seq = m.id'

const wrongEvents = `SELECT e.log, e.seq,
    CASE WHEN e.actor IS NOT NULL AND u.id IS NULL THEN 'is by a user who is not there'
         WHEN e.target IS NOT NULL AND m.id IS NULL THEN 'is about a message that is not there'
         WHEN e.target IS NULL AND (e.detail IS NULL OR NOT json_valid(e.detail)) THEN 'says nothing that can be read'
         ELSE 'is in a log that is not there' END AS what
  FROM event e LEFT JOIN user u ON u.id = e.actor LEFT JOIN message m ON m.log = e.log AND m.id = e.target
    LEFT JOIN log l ON l.id = e.log
 WHERE l.id IS NULL OR (e.actor IS NOT NULL AND u.id IS NULL) OR (e.target IS NOT NULL AND m.id IS NULL)
    OR (e.target IS NULL AND (e.detail IS NULL OR NOT json_valid(e.detail)))`

/** Every log is numbered without a gap, from its first kept event to its head. */
export function checkLogs(sql: Sql, { fault, progress }: Findings): string {
  const logs = sql.all<Log & Record<string, number | string | null>>(query)
  let events = 0
  for (const [n, log] of logs.entries()) {
    const { id, kind, head, firstSeq, name } = log
    const whose = kind === 'room' ? `the log of room ${name ?? `(log ${id})`}` : `the own log of ${name ?? `a user (log ${id})`}`
    const { count, last } = sql.get<{ count: number; last: number }>(extent, id, firstSeq, head) ?? { count: 0, last: 0 }
    events += count
    if (firstSeq < 1 || firstSeq > head + 1) fault(`${whose} begins at ${firstSeq}, and its head is ${head}`)
    else if (count !== head - firstSeq + 1) fault(`${whose} has a gap: event ${firstGap(sql, log)} is missing`)
    if (last > head) fault(`${whose} has event ${last}, beyond its head ${head}`)
    if (kind === 'room' && name === null) fault(`${whose} is of no room`)
    if (kind !== 'room' && name === null && count > 0) fault(`${whose} is of nobody, and has events`)
    progress((n + 1) / (logs.length + 1))
  }
  for (const [log, seq] of sql.each<[number, number]>(twice))
    fault(`number ${seq} of log ${log} is of a message and of another event`)
  for (const [log, seq, what] of sql.each<[number, number, string]>(wrongEvents)) fault(`event ${seq} of log ${log} ${what}`)
  return `${counted(logs.length, 'log')} with ${counted(events, 'event')}, numbered without a gap`
}

function firstGap(sql: Sql, { id, firstSeq, head }: Log): number {
  let expected = firstSeq
  for (const [seq] of sql.each<[number]>(numbers, id, firstSeq, head)) {
    if (seq !== expected) break
    expected++
  }
  return expected
}
