import type { LogEvent, Role } from '@tertulia/protocol'
import type { Answer, Commands } from '../../commands.ts'
import { actsAs, reaches } from '../../rights.ts'
import { readUser } from '../reads/users.ts'
import { accessToWrite, type FoundRoom } from '../room-access.ts'
import type { Transaction } from './transaction.ts'

/** Every user who may read a public room may join it; owners and moderators add others, but whoever is banned only by lifting the ban. */
export function joinRoom(tx: Transaction, { actor, room: spelled, member, atMs }: Commands['join']): Answer<'join'> {
  const { refused, room } = accessToWrite(tx.room(spelled, actor), spelled)
  if (refused) return { refused }
  const user = readUser(tx, member)?.id
  if (user !== actor && !reaches(actsAs(room), 'moderator')) return { refused: { code: 'not-allowed', role: 'moderator' } }
  if (user === undefined) return { refused: { code: 'user-not-found' } }
  const present = roleOf(tx, room.log, user)
  if (present === 'banned' && user !== actor) return { refused: { code: 'banned', user: tx.author(user).name } }
  if (present && present !== 'banned') {
    return { log: room.log, events: [], member: { ...tx.author(user), role: present } }
  }
  const role = 'member'
  return { log: room.log, events: [join(tx, room, user, role, actor, atMs)], member: { ...tx.author(user), role } }
}

export const roleOf = (tx: Transaction, log: number, user: number): Role | undefined =>
  tx.get<{ role: Role }>('SELECT role FROM member WHERE log = ? AND user = ?', log, user)?.role

/** Make somebody a member, whose right to it was checked before. */
export function join(tx: Transaction, room: FoundRoom, user: number, role: Role, actor: number, atMs: number): LogEvent {
  place(tx, room, user, role)
  tx.tell(user, 'membership.joined', actor, atMs, { membership: { room: room.name, role } })
  return tx.append(room, 'member.joined', actor, atMs, { member: { ...tx.author(user), role } })
}

/** Note what somebody is in a room where they were nothing. All that is there counts as read, and so does the event that says so. */
export function place(tx: Transaction, room: FoundRoom, user: number, role: Role): void {
  tx.run(
    `INSERT OR REPLACE INTO member (log, user, role, userKey, roomKey, readUpTo)
       SELECT r.log, u.id, ?, u.nameKey, r.nameKey, ? FROM room r, user u WHERE r.log = ? AND u.id = ?`,
    role,
    tx.head(room.log) + 1,
    room.log,
    user
  )
}
