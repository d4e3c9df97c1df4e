import type { Member, Role } from '@tertulia/protocol'
import type { Answer, Commands } from '../../commands.ts'
import { actsAs, isOrdinary, isOwnedByAdmins, reaches, visibleTo } from '../../rights.ts'
import { readUser } from '../reads/users.ts'
import { accessToRead, type FoundRoom } from '../room-access.ts'
import { ownsAsManyAsOneMay } from './create-room.ts'
import { join, place, roleOf } from './join.ts'
import { isOnlyOwner } from './leave.ts'
import type { Transaction } from './transaction.ts'

/**
 * Give somebody a role. Owners give any role to anybody. Moderators let others in, ban them and lift bans, but have no power over
 * owners and other moderators. Whoever makes themselves a member joins. Nobody bans themselves, or an admin where that one acts as an owner:
 * such a ban would keep nobody out.
 */
export function setRole(tx: Transaction, command: Commands['set-role']): Answer<'set-role'> {
  const { actor, room: spelled, member: name, role, atMs } = command
  const { refused, room } = accessToRead(tx.room(spelled, actor), spelled)
  if (refused) return { refused }
  const found = readUser(tx, name)
  const user = found?.id
  const before = user === undefined ? undefined : roleOf(tx, room.log, user)
  const comesIn = (before === undefined || before === 'banned') && role !== 'banned'
  if (comesIn && room.archived) return { refused: { code: 'room-archived' } }
  const least = isOrdinary(before) && isOrdinary(role) ? 'moderator' : 'owner'
  const joins = user === actor && role === 'member' && (before === undefined || before === 'member')
  if (!joins && !reaches(actsAs(room), least)) return { refused: { code: 'not-allowed', role: least } }
  if (user === undefined) return { refused: { code: 'user-not-found' } }
  if (role === 'banned') {
    if (user === actor) return { refused: { code: 'bans-self' } }
    if (found?.admin && isOwnedByAdmins(room)) return { refused: { code: 'bans-admin', user: found.name } }
  }
  const member: Member = { ...tx.author(user), role }
  if (before === role) return { log: room.log, events: [], member, isNew: false }
  if (before === 'owner' && isOnlyOwner(tx, room.log)) return { refused: { code: 'last-owner' } }
  if (role === 'owner' && ownsAsManyAsOneMay(tx, user)) return { refused: { code: 'too-many-rooms' } }
  if (comesIn) return { log: room.log, events: [join(tx, room, user, role, actor, atMs)], member, isNew: true }
  if (before === undefined) place(tx, room, user, role)
  else tx.run('UPDATE member SET role = ? WHERE log = ? AND user = ?', role, room.log, user)
  if (visibleTo({ ...room, role: before ?? null })) tellChange(tx, room, user, role, actor, atMs)
  const event =
    role === 'banned'
      ? tx.append(room, 'member.left', actor, atMs, { member, reason: 'banned' })
      : tx.append(room, 'member.updated', actor, atMs, { member })
  return { log: room.log, events: [event], member, isNew: false }
}

/** Whom a private room bans without having been a member does not learn that it is there. */
function tellChange(tx: Transaction, room: FoundRoom, user: number, role: Role, actor: number, atMs: number): void {
  const membership = { room: room.name, role }
  if (role === 'banned') tx.tell(user, 'membership.left', actor, atMs, { membership, reason: 'banned' })
  else tx.tell(user, 'membership.updated', actor, atMs, { membership })
}
