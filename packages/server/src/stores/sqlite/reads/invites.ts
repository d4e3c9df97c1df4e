import type { Invite, InvitedRole, InviteSummary } from '@tertulia/protocol'
import type { AnswerOf } from '../../commands.ts'
import type { InviteRange, NumberedPage } from '../../records.ts'
import { actsAs, reaches } from '../../rights.ts'
import { isoTime } from '../../rows.ts'
import { findInvite, isAdmin } from '../invite-access.ts'
import { accessToRead, findRoom } from '../room-access.ts'
import type { Sql } from '../sql.ts'

interface InviteRow {
  id: number
  room: string | null
  role: InvitedRole | null
  admin: number
  invitedBy: string | null
  uses: number
  used: number
  expiresAt: number
  createdAt: number
}

const columns = 'i.id, r.name AS room, i.role, i.admin, m.name AS invitedBy, i.uses, i.used, i.expiresAt, i.createdAt'
const listed = (which: string) =>
  `SELECT ${columns} FROM (${which}) k JOIN invite i ON i.id = k.id LEFT JOIN room r ON r.log = i.log LEFT JOIN user m ON m.id = i.maker
    ORDER BY i.id DESC`

const ofMaker = 'SELECT id FROM invite WHERE maker = ? AND id < ? ORDER BY id DESC LIMIT ?'
const toRoom = 'SELECT id FROM invite WHERE log = ? AND id < ? ORDER BY id DESC LIMIT ?'
const toServer = 'SELECT id FROM invite WHERE log IS NULL AND id < ? ORDER BY id DESC LIMIT ?'
const own = listed(ofMaker)
const ownAndServer = listed(`SELECT * FROM (${ofMaker}) UNION SELECT * FROM (${toServer}) ORDER BY id DESC LIMIT ?`)
const ofRoom = listed(toRoom)

/** Those that somebody made, and for an admin those to the server; of a room all, for those who moderate it. */
export function readInvites(sql: Sql, reader: number, range: InviteRange): AnswerOf<NumberedPage<Invite>> {
  const { room: spelled, before = Number.MAX_SAFE_INTEGER, limit } = range
  const rows = limit + 1
  if (spelled === undefined) {
    const found = isAdmin(sql, reader)
      ? sql.all<InviteRow & Record<string, never>>(ownAndServer, reader, before, rows, before, rows, rows)
      : sql.all<InviteRow & Record<string, never>>(own, reader, before, rows)
    return page(found, limit)
  }
  const found = findRoom(sql, spelled, reader)
  const { refused, room } = accessToRead(found, found?.name ?? spelled)
  if (refused) return { refused }
  if (!reaches(actsAs(room), 'moderator')) return { refused: { code: 'not-allowed', role: 'moderator' } }
  return page(sql.all<InviteRow & Record<string, never>>(ofRoom, room.log, before, rows), limit)
}

function page(rows: InviteRow[], limit: number): NumberedPage<Invite> {
  const shown = rows.slice(0, limit)
  return { items: shown.map(toInvite), next: rows.length > limit ? shown.at(-1)?.id : undefined }
}

export const readInviteById = (sql: Sql, id: number): Invite =>
  toInvite(sql.get<InviteRow & Record<string, never>>(listed('SELECT ? AS id'), id) as InviteRow)

const toInvite = ({ id, room, role, admin, invitedBy, uses, used, expiresAt, createdAt }: InviteRow): Invite => ({
  id,
  room,
  role,
  admin: admin === 1,
  invitedBy,
  expiresAt: isoTime(expiresAt),
  uses,
  used,
  createdAt: isoTime(createdAt)
})

/** Where an invite leads. */
export function readInvite(sql: Sql, digest: Uint8Array, atMs: number): AnswerOf<InviteSummary> {
  const { refused, invite } = findInvite(sql, digest, atMs)
  if (refused) return { refused }
  const { place, admin, invitedBy, expiresAt } = invite
  return {
    room: place?.room.name ?? null,
    role: place?.role ?? null,
    admin: admin === 1,
    invitedBy,
    expiresAt: isoTime(expiresAt)
  }
}
