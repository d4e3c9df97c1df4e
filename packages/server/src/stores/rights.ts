import type { Role, Visibility } from '@tertulia/protocol'

/** Somebody before a room. */
export interface Standing {
  visibility: Visibility
  /** What they are in it; null: not a member. */
  role: Role | null
  /** 1: they are an admin; null: nobody asks. */
  admin: number | null
}

/**
 * With the rights of which role a user acts in a room, whatever they are in it: an admin in every public one as an owner. null: as
 * somebody who is no member.
 */
export const actsAs = ({ visibility, role, admin }: Standing): Role | null =>
  admin === 1 && isOwnedByAdmins({ visibility }) ? 'owner' : role

/** Whether every admin acts as an owner there. */
export const isOwnedByAdmins = ({ visibility }: Pick<Standing, 'visibility'>): boolean => visibility === 'public'

/** Whether this role gives the rights of a moderator, or of an owner. */
export const reaches = (role: Role | null, least: 'moderator' | 'owner'): boolean => role === 'owner' || role === least

/** Whether moderators decide about somebody with this role; about themselves and owners only owners do. */
export const isOrdinary = (role: Role | undefined): boolean => role !== 'owner' && role !== 'moderator'

/** To an outsider a private room is not there, and neither is it to whom it has banned. */
export const visibleTo = ({ visibility, role }: Pick<Standing, 'visibility' | 'role'>): boolean =>
  visibility === 'public' || (role !== null && role !== 'banned')

/** Whoever is banned knows of a public room, and reads nothing in it. */
export const readableBy = (room: Standing): boolean => visibleTo(room) && actsAs(room) !== 'banned'
