import { unreadLotMax } from '../../lots.ts'
import type { UnreadCount } from '../../records.ts'
import type { Sql } from '../sql.ts'

const query = `
  SELECT count(*) AS looked, max(id) AS last, total(author <> ? AND deletedAt IS NULL) AS count
    FROM (SELECT id, author, deletedAt FROM message WHERE log = ? AND id > ? AND id <= ? ORDER BY id LIMIT ${unreadLotMax})`

export function readUnread(sql: Sql, log: number, reader: number, after: number, upTo: number): UnreadCount {
  const found = sql.get<{ looked: number; last: number; count: number }>(query, reader, log, after, upTo)
  if (!found) return { count: 0 }
  return { count: found.count, next: found.looked === unreadLotMax && found.last < upTo ? found.last : undefined }
}
