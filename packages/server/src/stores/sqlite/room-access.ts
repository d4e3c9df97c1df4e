import type { Role, Visibility } from '@tertulia/protocol'
import type { Refusal } from '../commands.ts'
import { byName } from './by-name.ts'
import type { Sql } from './sql.ts'

export interface FoundRoom {
  log: number
  name: string
  title: string
  visibility: Visibility
  archived: number
  rev: number
  createdAt: number
  head: number
  /** Of the user who asks; null: not a member. */
  role: Role | null
}

/** The room of this name in any spelling, whoever asks; rights are decided by {@link accessToRead} and {@link accessToWrite}. */
export const findRoom = (sql: Sql, name: string, user: number): FoundRoom | undefined =>
  byName(name, (key) => sql.get<FoundRoom>(roomByKey, user, key))

const roomByKey = `SELECT r.log, r.name, r.title, r.visibility, r.archived, r.rev, r.createdAt, l.head, m.role
   FROM room r JOIN log l ON l.id = r.log LEFT JOIN member m ON m.log = r.log AND m.user = ?
  WHERE r.nameKey = ?`

/** To an outsider a private room is not there, and neither is it to whom it has banned. */
export const visibleTo = ({ visibility, role }: Pick<FoundRoom, 'visibility' | 'role'>): boolean =>
  visibility === 'public' || (role !== null && role !== 'banned')

/** The room, or why the user who asks does not get it. */
export type RoomAccess = { refused: Refusal; room?: undefined } | { refused?: undefined; room: FoundRoom }

export function accessToRead(room: FoundRoom | undefined, spelled: string): RoomAccess {
  if (!room || !visibleTo(room)) return { refused: { code: 'room-not-found' } }
  if (room.name !== spelled) return { refused: { code: 'other-spelling', name: room.name } }
  return { room }
}

export function accessToWrite(room: FoundRoom | undefined, spelled: string): RoomAccess {
  const access = accessToRead(room, spelled)
  if (access.room?.role === 'banned') return { refused: { code: 'banned' } }
  if (access.room?.archived) return { refused: { code: 'room-archived' } }
  return access
}
