import { counted } from '../../counted.ts'
import type { Sql } from '../sql.ts'
import type { Findings } from './findings.ts'

const wrongMessages = `SELECT m.log, m.id,
    CASE WHEN r.log IS NULL THEN 'is in a room that is not there'
         WHEN u.id IS NULL THEN 'is by a user who is not there'
         WHEN t.n IS NULL THEN 'has no row for its text'
         WHEN m.deletedAt IS NOT NULL AND t.body IS NOT NULL THEN 'is deleted, and its text is still there'
         WHEN m.deletedAt IS NULL AND t.body IS NULL THEN 'has lost its text'
         ELSE 'has a version of no event' END AS what
  FROM message m LEFT JOIN room r ON r.log = m.log LEFT JOIN log l ON l.id = m.log LEFT JOIN user u ON u.id = m.author
    LEFT JOIN text t ON t.n = m.textN
 WHERE r.log IS NULL OR u.id IS NULL OR t.n IS NULL OR (m.deletedAt IS NULL) <> (t.body IS NOT NULL)
    OR (m.rev <> m.id AND NOT EXISTS (SELECT 1 FROM event e WHERE e.log = m.log AND e.seq = m.rev AND e.target = m.id))`

const leftTexts = `SELECT t.n FROM text t LEFT JOIN message m ON m.textN = t.n WHERE t.body IS NOT NULL AND m.id IS NULL`

const wrongKeys = `SELECT s.log, s.message FROM sent s LEFT JOIN message m ON m.log = s.log AND m.id = s.message AND m.author = s.user
  WHERE m.id IS NULL`

/** Every message has an author, a room and the one text that is its own, unless it is deleted; every key leads to its message. */
export function checkMessages(sql: Sql, { fault, progress }: Findings): string {
  for (const [log, id, what] of sql.each<[number, number, string]>(wrongMessages)) fault(`message ${id} of log ${log} ${what}`)
  progress(0.5)
  for (const [n] of sql.each<[number]>(leftTexts)) fault(`text ${n} is of no message, and was not erased`)
  progress(0.8)
  for (const [log, id] of sql.each<[number, number]>(wrongKeys)) {
    fault(`an Idempotency-Key leads to message ${id} of log ${log}, which is not there or is by somebody else`)
  }
  const { messages, deleted } = messageCounts(sql)
  return `${counted(messages, 'message')}, ${deleted} deleted, each with its author and its text`
}

export interface MessageCounts {
  messages: number
  edited: number
  deleted: number
}

/** Every schema has these columns. */
export const messageCounts = (sql: Sql): MessageCounts => ({
  ...(sql.get<MessageCounts & Record<string, number>>(
    'SELECT count(*) AS messages, count(editedAt) AS edited, count(deletedAt) AS deleted FROM message'
  ) as MessageCounts)
})
