import type { Role, Room, Visibility } from '@tertulia/protocol'
import { keyRange } from '../../key-range.ts'
import { unreadLotMax } from '../../lots.ts'
import { keysOf } from '../../name-keys.ts'
import type { ListPage, RoomRange, StoredListing, StoredRoom, UnreadCount } from '../../records.ts'
import { actsAs, visibleTo } from '../../rights.ts'
import { isoTime, listPage } from '../../rows.ts'
import type { Reader } from '../reader.ts'

interface RoomRow {
  log: number
  name: string
  title: string
  visibility: Visibility
  archived: boolean
  retain_days: number | null
  rev: number
  created_at: number
  head: number
  role: Role | null
}

const toRoom = ({ name, title, visibility, archived, retain_days: retainDays, created_at, rev }: RoomRow): Room => ({
  name,
  title,
  visibility,
  archived,
  retainDays,
  createdAt: isoTime(created_at),
  rev
})

const columns = 'r.log, r.name, r.title, r.visibility, r.archived, r.retain_days, r.rev, r.created_at, l.head, m.role'
const byKeys = `SELECT ${columns}, l.first_seq, a.admin
   FROM unnest($1::text[]) WITH ORDINALITY k(key, n) JOIN room r ON r.name_key = k.key JOIN log l ON l.id = r.log
   LEFT JOIN users a ON a.id = $2 LEFT JOIN member m ON m.log = r.log AND m.user_id = a.id
  ORDER BY k.n LIMIT 1`

export async function readRoom(reader: Reader, name: string, who: number): Promise<StoredRoom | undefined> {
  const row = await reader.first<RoomRow & { first_seq: number; admin: boolean | null }>(byKeys, keysOf(name), who)
  if (!row || !visibleTo(row)) return undefined
  const standing = { visibility: row.visibility, role: row.role, admin: row.admin ? 1 : 0 }
  return { log: row.log, room: toRoom(row), firstSeq: row.first_seq, head: row.head, actsAs: actsAs(standing) }
}

const own = `SELECT room_key AS key, log FROM member
  WHERE user_id = $1 AND role <> 'banned' AND room_key >= $2 AND room_key < $3 ORDER BY room_key LIMIT $4`
const open = `SELECT name_key AS key, log FROM room
  WHERE visibility = 'public' AND name_key >= $2 AND name_key < $3 ORDER BY name_key LIMIT $4`
const listed = (which: string) => `
  SELECT k.key, ${columns}, CASE WHEN m.role <> 'banned' THEN m.read_up_to END AS read_up_to
    FROM (${which}) k JOIN room r ON r.log = k.log JOIN log l ON l.id = k.log
    LEFT JOIN member m ON m.log = k.log AND m.user_id = $1
   ORDER BY k.key`
const ownRooms = listed(own)
/** A page of both together is among the first of each: nobody's rooms are looked at that the reader may not see. */
const knownRooms = listed(`(${open}) UNION (${own}) ORDER BY key LIMIT $4`)
/** Of a few that are named by their logs, those that are the reader's own or, where it says so, may be read by anybody. */
const namedRooms = listed(`SELECT r.name_key AS key, r.log FROM room r LEFT JOIN member m ON m.log = r.log AND m.user_id = $1
  WHERE r.log = ANY ($5::bigint[]) AND r.name_key >= $2 AND r.name_key < $3
    AND (m.role <> 'banned' OR ($6::boolean AND r.visibility = 'public')) ORDER BY key LIMIT $4`)

interface ListedRow extends RoomRow {
  key: string
  read_up_to: number | null
}

export async function readRooms(reader: Reader, who: number, range: RoomRange): Promise<ListPage<StoredListing>> {
  const { from, to } = keyRange(range)
  const values = [who, from, to, range.limit + 1]
  const rows = range.among
    ? await reader.all<ListedRow>(namedRooms, ...values, range.among, !range.own)
    : await reader.all<ListedRow>(range.own ? ownRooms : knownRooms, ...values)
  return listPage(rows, range.limit, toListing)
}

function toListing(row: ListedRow): StoredListing {
  const { log, head, role, read_up_to: readUpTo } = row
  return { log, ...toRoom(row), head, role, readUpTo }
}

const others = `
  SELECT count(*) AS looked, max(id) AS last, count(*) FILTER (WHERE author <> $1 AND deleted_at IS NULL) AS count
    FROM (SELECT id, author, deleted_at FROM message WHERE log = $2 AND id > $3 AND id <= $4 ORDER BY id LIMIT ${unreadLotMax}) few`

export async function readUnread(reader: Reader, log: number, who: number, after: number, upTo: number): Promise<UnreadCount> {
  const found = await reader.first<{ looked: number; last: number; count: number }>(others, who, log, after, upTo)
  if (!found) return { count: 0 }
  return { count: found.count, next: found.looked === unreadLotMax && found.last < upTo ? found.last : undefined }
}
