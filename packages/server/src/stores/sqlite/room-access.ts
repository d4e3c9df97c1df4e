import type { Refusal } from '../commands.ts'
import type { Extent } from '../records.ts'
import { readableBy, type Standing, visibleTo } from '../rights.ts'
import { byName } from './by-name.ts'
import type { Sql } from './sql.ts'

/** With the standing of whoever asks. */
export interface FoundRoom extends Standing {
  log: number
  name: string
  title: string
  archived: number
  /** null: for ever. */
  retainDays: number | null
  rev: number
  createdAt: number
}

/** As a read finds it, with how far its log has come; whoever writes knows that better, see `Transaction`. */
export interface FoundRoomNow extends FoundRoom, Extent {}

/** The room of this name in any spelling, whoever asks; rights are decided by {@link accessToRead} and {@link accessToWrite}. */
export const findRoom = (sql: Sql, name: string, user: number): FoundRoomNow | undefined =>
  byName(name, (key) => sql.get<FoundRoomNow>(roomByKey, user, key))

const room = `SELECT r.log, r.name, r.title, r.visibility, r.archived, r.retainDays, r.rev, r.createdAt, l.firstSeq, l.head, m.role, a.admin
   FROM room r JOIN log l ON l.id = r.log LEFT JOIN user a ON a.id = ?
   LEFT JOIN member m ON m.log = r.log AND m.user = a.id`
const roomByKey = `${room} WHERE r.nameKey = ?`
const roomByLog = `${room} WHERE r.log = ?`

/** The same by its number. */
export const findRoomByLog = (sql: Sql, log: number, user: number): FoundRoom | undefined =>
  sql.get<FoundRoom>(roomByLog, user, log)

/** The room, or why the user who asks does not get it. */
export type RoomAccess = { refused: Refusal; room?: undefined } | { refused?: undefined; room: FoundRoom }

export function accessToRead(room: FoundRoom | undefined, spelled: string): RoomAccess {
  if (!room || !visibleTo(room)) return { refused: { code: 'room-not-found' } }
  if (room.name !== spelled) return { refused: { code: 'other-spelling', name: room.name } }
  if (!readableBy(room)) return { refused: { code: 'banned' } }
  return { room }
}

export function accessToWrite(room: FoundRoom | undefined, spelled: string): RoomAccess {
  const access = accessToRead(room, spelled)
  if (access.room?.archived) return { refused: { code: 'room-archived' } }
  return access
}
