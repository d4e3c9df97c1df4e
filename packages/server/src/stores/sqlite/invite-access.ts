import type { InvitedRole } from '@tertulia/protocol'
import type { Refusal } from '../commands.ts'
import { actsAs } from '../rights.ts'
import { type FoundRoom, findRoomByLog } from './room-access.ts'
import type { Sql } from './sql.ts'

export interface FoundInvite {
  id: number
  /** Id of who made it; null: whoever runs the server. */
  maker: number | null
  invitedBy: string | null
  admin: number
  uses: number
  used: number
  expiresAt: number
  /** Where it leads, with the role that its maker has there; null: to the server. */
  place: { room: FoundRoom; role: InvitedRole } | null
}

/** The invite, or why it lets nobody in. */
export type InviteAccess = { refused: Refusal; invite?: undefined } | { refused?: undefined; invite: FoundInvite }

interface InviteRow extends Omit<FoundInvite, 'place'> {
  log: number | null
  role: InvitedRole | null
  makerIsGone: number
}

const byDigest = `SELECT i.id, i.maker, m.name AS invitedBy, i.admin, i.uses, i.used, i.expiresAt, i.log, i.role,
       m.leftAt IS NOT NULL OR m.disabledAt IS NOT NULL AS makerIsGone
  FROM invite i LEFT JOIN user m ON m.id = i.maker WHERE i.digest = ?`

/** An invite is worth what its maker may give at this moment: that of somebody who may not any more is as good as none. */
export function findInvite(sql: Sql, digest: Uint8Array, atMs: number): InviteAccess {
  const row = sql.get<InviteRow & Record<string, never>>(byDigest, digest)
  if (!row || row.makerIsGone === 1) return { refused: { code: 'invite-not-found' } }
  const { log, role, makerIsGone: _, ...invite } = row
  const room = log === null ? undefined : findRoomByLog(sql, log, invite.maker ?? 0)
  if (invite.maker !== null && !mayInvite(sql, invite.maker, room, role)) return { refused: { code: 'invite-not-found' } }
  if (invite.used >= invite.uses) return { refused: { code: 'invite-spent' } }
  if (invite.expiresAt <= atMs) return { refused: { code: 'invite-expired' } }
  return { invite: { ...invite, place: room && role ? { room, role } : null } }
}

/** An owner gives every role, a moderator that of a member, an admin a name on the server. */
export function mayInvite(sql: Sql, user: number, room: FoundRoom | undefined, role: InvitedRole | null): boolean {
  if (!room) return isAdmin(sql, user)
  const own = actsAs(room)
  return own === 'owner' || (own === 'moderator' && role === 'member')
}

/** Somebody has been let in. */
export function spend(sql: Sql, { id }: FoundInvite): void {
  sql.run('UPDATE invite SET used = used + 1 WHERE id = ?', id)
}

export const isAdmin = (sql: Sql, user: number): boolean =>
  sql.get('SELECT 1 FROM user WHERE id = ? AND admin = 1', user) !== undefined
