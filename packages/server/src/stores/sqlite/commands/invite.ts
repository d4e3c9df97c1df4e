import type { InvitedRole } from '@tertulia/protocol'
import { invitesMax, roomInvitesMax } from '@tertulia/protocol/limits'
import type { Answer, Commands } from '../../commands.ts'
import { actsAs, reaches } from '../../rights.ts'
import { mayInvite } from '../invite-access.ts'
import { readInviteById } from '../reads/invites.ts'
import { accessToWrite, type FoundRoom, findRoomByLog } from '../room-access.ts'
import { isStillToken } from './session.ts'
import type { Transaction } from './transaction.ts'

/** Invites that were used up or are too old stay known as such, until their maker has made some newer ones. */
export function makeInvite(tx: Transaction, command: Commands['make-invite']): Answer<'make-invite'> {
  const { actor: maker, by, room: spelled, role, admin, uses, expiresAtMs, codeDigest, atMs } = command
  if (by !== null && !isStillToken(tx, by)) return { refused: { code: 'unauthorized' } }
  let room: FoundRoom | undefined
  if (spelled !== undefined) {
    const found = tx.room(spelled, maker ?? 0)
    const seen = found && maker === null ? { ...found, role: 'owner' as const } : found // whoever runs the server sees every room
    const access = accessToWrite(seen, found?.name ?? spelled)
    if (access.refused) return { refused: access.refused }
    room = access.room
  }
  if (maker !== null) {
    if (!mayInvite(tx, maker, room, role)) return { refused: notAllowed(room) }
    if (tx.get(oneMore, maker, atMs, invitesMax - 1)) return { refused: { code: 'too-many-invites', most: invitesMax } }
  }
  if (room && tx.get(oneMoreToRoom, room.log, atMs, roomInvitesMax - 1)) {
    return { refused: { code: 'too-many-invites', most: roomInvitesMax } }
  }
  for (const { id } of tx.all<{ id: number }>(oldOnes, maker, atMs, invitesMax - 1)) tx.run('DELETE FROM invite WHERE id = ?', id)
  const id = tx.run(
    `INSERT INTO invite (digest, maker, log, role, admin, uses, used, expiresAt, createdAt) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)`,
    codeDigest,
    maker,
    room?.log ?? null,
    role,
    admin ? 1 : 0,
    uses,
    expiresAtMs,
    atMs
  )
  return { invite: readInviteById(tx, id) }
}

const notAllowed = (room: FoundRoom | undefined) =>
  room
    ? ({ code: 'not-allowed', role: reaches(actsAs(room), 'moderator') ? 'owner' : 'moderator' } as const)
    : ({ code: 'admins-only' } as const)

const oneMore = 'SELECT 1 FROM invite WHERE maker = ? AND used < uses AND expiresAt > ? LIMIT 1 OFFSET ?'
const oneMoreToRoom = 'SELECT 1 FROM invite WHERE log = ? AND used < uses AND expiresAt > ? LIMIT 1 OFFSET ?'
const oldOnes = `SELECT id FROM invite WHERE maker IS ? AND (used >= uses OR expiresAt <= ?) ORDER BY id DESC LIMIT -1 OFFSET ?`

/** Whoever made it may revoke it, and whoever might have made it. For others it is not there. */
export function endInvite(tx: Transaction, { actor, by, id }: Commands['end-invite']): Answer<'end-invite'> {
  if (!isStillToken(tx, by)) return { refused: { code: 'unauthorized' } }
  const found = tx.get<{ maker: number | null; log: number | null; role: InvitedRole | null } & Record<string, never>>(
    'SELECT maker, log, role FROM invite WHERE id = ?',
    id
  )
  if (!found) return { refused: { code: 'invite-not-found' } }
  const room = found.log === null ? undefined : findRoomByLog(tx, found.log, actor)
  if (found.maker !== actor && !mayInvite(tx, actor, room, found.role)) return { refused: { code: 'invite-not-found' } }
  tx.run('DELETE FROM invite WHERE id = ?', id)
  return {}
}
