import type { Role, Visibility } from '@tertulia/protocol'
import type { Refusal } from '../store.ts'
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

/** The room of this name in any spelling, whoever asks; rights are decided by {@link refusedToSee} and {@link refusedToWrite}. */
export const findRoom = (sql: Sql, name: string, user: number): FoundRoom | undefined =>
  byName(name, (key) => sql.get<FoundRoom>(roomByKey, user, key))

const roomByKey = `SELECT r.log, r.name, r.title, r.visibility, r.archived, r.rev, r.createdAt, l.head, m.role
   FROM room r JOIN log l ON l.id = r.log LEFT JOIN member m ON m.log = r.log AND m.user = ?
  WHERE r.nameKey = ?`

/** To an outsider a private room is not there, and neither is it to whom it has banned. */
export const visibleTo = ({ visibility, role }: FoundRoom): boolean =>
  visibility === 'public' || (role !== null && role !== 'banned')

export function refusedToSee(room: FoundRoom | undefined, spelled: string): Refusal | undefined {
  if (!room || !visibleTo(room)) return { code: 'room-not-found' }
  if (room.name !== spelled) return { code: 'other-spelling', name: room.name }
  return undefined
}

export function refusedToWrite(room: FoundRoom | undefined, spelled: string): Refusal | undefined {
  const unseen = refusedToSee(room, spelled)
  if (unseen) return unseen
  if (room?.role === 'banned') return { code: 'banned' }
  if (room?.archived) return { code: 'room-archived' }
  return undefined
}
