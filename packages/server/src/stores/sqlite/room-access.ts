import type { Role, Visibility } from '@tertulia/protocol'
import type { Refusal } from '../commands.ts'
import type { Extent } from '../records.ts'
import { byName } from './by-name.ts'
import type { Sql } from './sql.ts'

export interface FoundRoom {
  log: number
  name: string
  title: string
  visibility: Visibility
  archived: number
  /** null: for ever. */
  retainDays: number | null
  rev: number
  createdAt: number
  /** What the user who asks is in it; null: not a member. What they may do there is for {@link actsAs} to say. */
  role: Role | null
  /** 1: that user is an admin; null: nobody asks. */
  admin: number | null
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

/**
 * With the rights of which role a user acts in a room, whatever they are in it: an admin in every public one as an owner. null: as
 * somebody who is no member.
 */
export const actsAs = ({ visibility, role, admin }: Pick<FoundRoom, 'visibility' | 'role' | 'admin'>): Role | null =>
  admin === 1 && isOwnedByAdmins({ visibility }) ? 'owner' : role

/** Whether every admin acts as an owner there. */
export const isOwnedByAdmins = ({ visibility }: Pick<FoundRoom, 'visibility'>): boolean => visibility === 'public'

/** Whether this role gives the rights of a moderator, or of an owner. */
export const reaches = (role: Role | null, least: 'moderator' | 'owner'): boolean => role === 'owner' || role === least

/** Whether moderators decide about somebody with this role; about themselves and owners only owners do. */
export const isOrdinary = (role: Role | undefined): boolean => role !== 'owner' && role !== 'moderator'

/** To an outsider a private room is not there, and neither is it to whom it has banned. */
export const visibleTo = ({ visibility, role }: Pick<FoundRoom, 'visibility' | 'role'>): boolean =>
  visibility === 'public' || (role !== null && role !== 'banned')

/** Whoever is banned knows of a public room, and reads nothing in it. */
export const readableBy = (room: Pick<FoundRoom, 'visibility' | 'role' | 'admin'>): boolean =>
  visibleTo(room) && actsAs(room) !== 'banned'

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
