import type { Role } from '@tertulia/protocol'
import type { RoomEntry } from './room-list.ts'

/** The role that somebody acts in, in a room; null: somebody who is no member. What each may do is in docs/rooms.md. */
export type Rights = RoomEntry['role']

/** An admin acts as an owner in every public room, whatever else they are in it. */
export const rightsIn = (room: Pick<RoomEntry, 'role' | 'visibility'> | undefined, isAdmin: boolean): Rights =>
  isAdmin && room?.visibility === 'public' ? 'owner' : (room?.role ?? null)

/** Whether they add, remove, ban and invite, and delete what others wrote. */
export const mayModerate = (rights: Rights): boolean => rights === 'owner' || rights === 'moderator'

/** Whether they remove and ban somebody of this role; null: who is no member. */
export const mayRemove = (rights: Rights, role: Role | null): boolean =>
  rights === 'owner' || (rights === 'moderator' && role !== 'owner' && role !== 'moderator')
