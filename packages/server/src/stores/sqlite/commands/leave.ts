import type { LogEvent, Role } from '@tertulia/protocol'
import type { Answer, Commands } from '../../commands.ts'
import { actsAs, isOrdinary, reaches, visibleTo } from '../../rights.ts'
import { readUser } from '../reads/users.ts'
import { accessToRead, type FoundRoom } from '../room-access.ts'
import { roleOf } from './join.ts'
import type { Transaction } from './transaction.ts'

/**
 * Everybody but the last owner may leave, an archived room too. Owners remove anybody else and moderators ordinary members; of whoever
 * is banned they lift the ban.
 */
export function leaveRoom(tx: Transaction, { actor, room: spelled, member, atMs }: Commands['leave']): Answer<'leave'> {
  const { refused, room } = accessToRead(tx.room(spelled, actor), spelled)
  if (refused) return { refused }
  const user = readUser(tx, member)?.id
  const role = user === undefined ? undefined : roleOf(tx, room.log, user)
  const least = isOrdinary(role) ? 'moderator' : 'owner'
  if (user !== actor && !reaches(actsAs(room), least)) return { refused: { code: 'not-allowed', role: least } }
  if (user === undefined || role === undefined) return { refused: { code: 'member-not-found' } }
  if (role === 'owner' && isOnlyOwner(tx, room.log)) return { refused: { code: 'last-owner' } }
  return { log: room.log, events: [leave(tx, room, user, role, actor, atMs)] }
}

/** End what somebody is in a room; they may be banned from it. Outsiders of a private room are not told that there was a ban to lift. */
export function leave(tx: Transaction, room: FoundRoom, user: number, role: Role, actor: number, atMs: number): LogEvent {
  tx.run('DELETE FROM member WHERE log = ? AND user = ?', room.log, user)
  const reason = user === actor && role !== 'banned' ? 'left' : 'removed'
  if (visibleTo({ ...room, role })) {
    tx.tell(user, 'membership.left', actor, atMs, { membership: { room: room.name, role }, reason })
  }
  return tx.append(room, 'member.left', actor, atMs, { member: { ...tx.author(user), role }, reason })
}

export const isOnlyOwner = (tx: Transaction, log: number): boolean =>
  tx.all("SELECT 1 FROM member WHERE log = ? AND role = 'owner' LIMIT 2", log).length === 1
