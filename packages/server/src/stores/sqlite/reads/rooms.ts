import type { Role, Room, Visibility } from '@tertulia/protocol'
import { keyRange } from '../../key-range.ts'
import type { ListPage, RoomRange, StoredListing, StoredRoom } from '../../records.ts'
import { actsAs, visibleTo } from '../../rights.ts'
import { isoTime, listPage } from '../../rows.ts'
import { type FoundRoom, findRoom } from '../room-access.ts'
import type { Sql } from '../sql.ts'

export const toRoom = ({ name, title, visibility, archived, retainDays, createdAt, rev }: Omit<FoundRoom, 'admin'>): Room => ({
  name,
  title,
  visibility,
  archived: archived === 1,
  retainDays,
  createdAt: isoTime(createdAt),
  rev
})

export function readRoom(sql: Sql, name: string, reader: number): StoredRoom | undefined {
  const row = findRoom(sql, name, reader)
  if (!row || !visibleTo(row)) return undefined
  const { log, firstSeq, head } = row
  return { log, room: toRoom(row), firstSeq, head, actsAs: actsAs(row) }
}

const own = `SELECT roomKey AS key, log FROM member
     WHERE user = ? AND role <> 'banned' AND roomKey >= ? AND roomKey < ? ORDER BY roomKey LIMIT ?`
const open = `SELECT nameKey AS key, log FROM room
     WHERE visibility = 'public' AND nameKey >= ? AND nameKey < ? ORDER BY nameKey LIMIT ?`
const listed = (which: string) => `
  SELECT k.key, r.log, r.name, r.title, r.visibility, r.archived, r.retainDays, r.rev, r.createdAt, l.head, m.role,
         iif(m.role <> 'banned', m.readUpTo, NULL) AS readUpTo
    FROM (${which}) k JOIN room r ON r.log = k.log JOIN log l ON l.id = k.log
    LEFT JOIN member m ON m.log = k.log AND m.user = ?
   ORDER BY k.key`
const ownRooms = listed(own)
/** A page of both together is among the first of each: nobody's rooms are looked at that the reader may not see. */
const knownRooms = listed(`SELECT * FROM (${open}) UNION SELECT * FROM (${own}) ORDER BY key LIMIT ?`)

/** Of a few that are named by their logs, those that are the reader's own or, where it says so, may be read by anybody. */
const namedRooms = listed(`SELECT r.nameKey AS key, r.log FROM json_each(?) one CROSS JOIN room r ON r.log = one.value
     LEFT JOIN member m ON m.log = r.log AND m.user = ?
     WHERE r.nameKey >= ? AND r.nameKey < ? AND (m.role <> 'banned' OR (? AND r.visibility = 'public')) ORDER BY key LIMIT ?`)

/** Its columns, as an array. */
type ListedColumns = [
  key: string,
  log: number,
  name: string,
  title: string,
  visibility: Visibility,
  archived: number,
  retainDays: number | null,
  rev: number,
  createdAt: number,
  head: number,
  role: Role | null,
  readUpTo: number | null
]

export function readRooms(sql: Sql, reader: number, range: RoomRange): ListPage<StoredListing> {
  const { from, to } = keyRange(range)
  const rows = range.limit + 1
  const found = range.among
    ? sql.each<ListedColumns>(namedRooms, JSON.stringify(range.among), reader, from, to, range.own ? 0 : 1, rows, reader)
    : range.own
      ? sql.each<ListedColumns>(ownRooms, reader, from, to, rows, reader)
      : sql.each<ListedColumns>(knownRooms, from, to, rows, reader, from, to, rows, rows, reader)
  return listPage([...found].map(rowOf), range.limit, ({ listing }) => listing)
}

/** Written out: of 200 rows, to spread {@link toRoom} into others would take as long as to read them. */
function rowOf(columns: ListedColumns): { key: string; listing: StoredListing } {
  const [key, log, name, title, visibility, archived, retainDays, rev, created, head, role, readUpTo] = columns
  const createdAt = isoTime(created)
  return {
    key,
    listing: { log, name, title, visibility, archived: archived === 1, retainDays, createdAt, rev, head, role, readUpTo }
  }
}
