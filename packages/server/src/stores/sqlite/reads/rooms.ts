import type { ListedRoom, Room } from '@tertulia/protocol'
import type { StoredRoom } from '../../store.ts'
import { type FoundRoom, findRoom, visible, visibleTo } from '../room-access.ts'
import { isoTime } from '../rows.ts'
import type { Sql } from '../sql.ts'

export const toRoom = ({ name, title, visibility, archived, createdAt, rev }: FoundRoom): Room => ({
  name,
  title,
  visibility,
  archived: archived === 1,
  createdAt: isoTime(createdAt),
  rev
})

export function readRoom(sql: Sql, name: string, reader: number): StoredRoom | undefined {
  const row = findRoom(sql, name, reader)
  return row && visibleTo(row) ? { log: row.log, room: toRoom(row), head: row.head, role: row.role } : undefined
}

export const readRooms = (sql: Sql, reader: number): ListedRoom[] =>
  sql
    .all<FoundRoom>(
      `SELECT r.log, r.name, r.title, r.visibility, r.archived, r.rev, r.createdAt, l.head, m.role
         FROM room r JOIN log l ON l.id = r.log LEFT JOIN member m ON m.log = r.log AND m.user = ?
        WHERE ${visible}
        ORDER BY r.nameKey`,
      reader
    )
    .map((row) => ({ ...toRoom(row), head: row.head, role: row.role }))
