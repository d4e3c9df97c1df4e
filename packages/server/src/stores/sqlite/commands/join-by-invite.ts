import type { LogEvent } from '@tertulia/protocol'
import type { Answer, Commands } from '../../commands.ts'
import { actsAs, visibleTo } from '../../rights.ts'
import { type FoundInvite, findInvite, spend } from '../invite-access.ts'
import { accessToWrite, findRoomByLog } from '../room-access.ts'
import { ownsAsManyAsOneMay } from './create-room.ts'
import { join } from './join.ts'
import type { Transaction } from './transaction.ts'

/**
 * Enter a room with the code of an invite. Who is a member stays what they are, whatever the code is worth by now, so that a request may
 * be repeated. To others a private room is there only if the code leads into it.
 */
export function joinByInvite(tx: Transaction, command: Commands['join-by-invite']): Answer<'join-by-invite'> {
  const { actor, room: spelled, codeDigest, atMs } = command
  const room = tx.room(spelled, actor)
  const isSeen = room !== undefined && visibleTo(room)
  if (isSeen) {
    const { refused } = accessToWrite(room, spelled)
    if (refused) return { refused }
    if (room.role !== null && room.role !== 'banned')
      return { log: room.log, events: [], member: { ...tx.author(actor), role: room.role } }
  }
  const { refused, invite } = findInvite(tx, codeDigest, atMs)
  if (refused) return { refused }
  const { place } = invite
  const isBanned = room !== undefined && actsAs(room) === 'banned'
  if (!room || !place || place.room.log !== room.log || isBanned) return { refused: { code: 'invite-not-found' } }
  if (!isSeen) {
    const access = accessToWrite({ ...room, role: place.role }, spelled)
    if (access.refused) return { refused: access.refused }
  }
  if (place.role === 'owner' && ownsAsManyAsOneMay(tx, actor)) return { refused: { code: 'too-many-rooms' } }
  const events = redeem(tx, invite, actor, atMs)
  return { log: room.log, events, member: { ...tx.author(actor), role: place.role } }
}

/** Let somebody in who was not there, as the invite says. */
export function redeem(tx: Transaction, invite: FoundInvite, user: number, atMs: number): LogEvent[] {
  spend(tx, invite)
  const { place } = invite
  const room = place && findRoomByLog(tx, place.room.log, user)
  return room ? [join(tx, room, user, place.role, user, atMs)] : []
}
