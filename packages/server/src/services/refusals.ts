import { botsMax, formatCursor, ownedRoomsMax, type Role, tokensMax } from '@tertulia/protocol'
import type { IfMatch, Refusal } from '../stores/commands.ts'
import { ChatError, OtherSpelling } from './chat-error.ts'
import { minute } from './minute.ts'

/** What a refused command was about, as the sentences name it. */
export interface Subject {
  room?: string
  /** The message, and what was to be done to it. */
  message?: { id: number; verb: 'edit' | 'delete' }
  /** Where a version may be stale: the epoch that it belongs to. */
  epoch?: string
  /** The condition of a change. */
  ifMatch?: IfMatch | undefined
  /** Number of a token. */
  token?: number
  /** The code of a link. */
  code?: string
  /** The other user, or the name that a new one wants. */
  user?: string | undefined
}

export const roomNotFound = (room: string) => new ChatError('room-not-found', `There is no room “${room}” that you may see.`)
/** @param user  who it is, where it is not the one who asks */
export const bannedFrom = (room: string, user?: string) =>
  user === undefined
    ? new ChatError('banned', `You are banned from ${room}. A moderator can lift the ban.`)
    : new ChatError('banned', `${user} is banned from ${room}. Lift the ban first, if they should come back.`)
export const notAllowed = (room: string, least: Role) =>
  new ChatError('not-allowed', `Only ${atLeast[least]} of ${room} may do that.`)
export const userNotFound = (name: string) => new ChatError('user-not-found', `There is no user “${name}”.`)
export const messageNotFound = (room: string, id: number | string) =>
  new ChatError('message-not-found', `There is no message ${id} in ${room}.`)
export const messageDeleted = (room: string, id: number, deletedAt: string) =>
  new ChatError('message-deleted', `Message ${id} in ${room} was deleted at ${minute(deletedAt)}.`)
/** @param retainDays  for how long the room keeps what is written now; null: for ever */
export const messageExpired = (room: string, id: number, retainDays: number | null) =>
  new ChatError(
    'message-expired',
    retainDays === null
      ? `Number ${id} of ${room} is no longer kept: for a time the room kept what was written for some days only.`
      : `Number ${id} of ${room} is no longer kept: the room keeps what is written for ${retainDays === 1 ? 'one day' : `${retainDays} days`}.`
  )

export const inviteNotFound = (id: number | string) =>
  new ChatError('invite-not-found', `There is no invite ${id} that you may revoke.`)
export const tokenNotFound = (id: number | string) => new ChatError('token-not-found', `You have no token ${id}.`)

/** The refusal of a store, in words for the one who asked. */
export function refusalError(
  refused: Refusal,
  { room = '', message, user, token = 0, code, epoch = '', ifMatch }: Subject
): Error {
  const id = message?.id ?? 0
  switch (refused.code) {
    case 'unauthorized':
      return new ChatError('unauthorized', 'This token is no longer valid.')
    case 'sign-in-failed':
      return new ChatError(
        'sign-in-failed',
        code === undefined
          ? 'The name or the password is wrong.'
          : 'This code is wrong, or too old. Check it, or create another one on a device where you are signed in.'
      )
    case 'wrong-password':
      return new ChatError('wrong-password', '“current” is not your password.', {
        errors: [{ pointer: '#/current', detail: 'is not your password' }]
      })
    case 'link-spent':
      return new ChatError(
        'link-spent',
        'This code was already used, and works only once. Create another one on a device where you are signed in.'
      )
    case 'link-expired':
      return new ChatError(
        'link-expired',
        'This code is too old and no longer works. Create another one on a device where you are signed in.'
      )
    case 'room-not-found':
      return roomNotFound(refused.room ?? room)
    case 'other-spelling':
      return new OtherSpelling(refused.name)
    case 'token-not-found':
      return tokenNotFound(token)
    case 'too-many-tokens':
      return new ChatError(
        'too-many-tokens',
        `There are ${tokensMax} tokens, as many as one user may have. End one of them first.`
      )
    case 'too-many-bots':
      return new ChatError('too-many-bots', `You have ${botsMax} bots, as many as one may. Use one of them for this.`)
    case 'invite-not-found':
      return new ChatError(
        'invite-not-found',
        `There is no invite with this code${room === '' ? '' : ` to ${room}`}, or it was revoked.`
      )
    case 'invite-spent':
      return new ChatError('invite-spent', 'This invite has let in as many people as it was made for. Ask for another one.')
    case 'invite-expired':
      return new ChatError('invite-expired', 'This invite is too old and no longer works. Ask for another one.')
    case 'too-many-invites':
      return new ChatError(
        'too-many-invites',
        `There are ${refused.most} invites that can still be used, as many as there may be. Revoke one of them first.`
      )
    case 'admins-only':
      return new ChatError(
        'not-allowed',
        'Only an admin of this server may do that. To invite people to a room of yours, name it.'
      )
    case 'user-not-found':
      return userNotFound(user ?? '')
    case 'member-not-found':
      return new ChatError('member-not-found', `${user ?? 'You'} ${user ? 'is' : 'are'} not a member of ${room}.`)
    case 'last-owner':
      return refused.rooms ? lastOwnerOf(refused.rooms) : lastOwner(room, user)
    case 'banned':
      return bannedFrom(room, refused.user)
    case 'room-archived':
      return new ChatError('room-archived', `${refused.room ?? room} is archived: you can read it, but not write in it.`)
    case 'message-not-found':
      return messageNotFound(room, id)
    case 'not-author': {
      const { name } = refused.author
      const who = message?.verb === 'delete' ? `${name} or a moderator` : name
      return new ChatError('not-author', `Message ${id} was written by ${name}; only ${who} may ${message?.verb ?? 'change'} it.`)
    }
    case 'not-allowed':
      return notAllowed(room, refused.role)
    case 'bans-self':
      return new ChatError('not-allowed', 'You cannot ban yourself.')
    case 'bans-admin':
      return new ChatError('not-allowed', `${refused.user} is an admin of this server; nobody can ban them in a public room.`)
    case 'message-deleted':
      return messageDeleted(room, id, refused.deletedAt)
    case 'message-expired':
      return messageExpired(room, id, refused.retainDays)
    case 'stale': {
      const currentTag = formatCursor(epoch, refused.current.rev)
      const what = message ? `Message ${id}` : room
      const why = ifMatch?.length === 0 ? 'A weak entity tag (W/) never matches' : `${what} was changed in the meantime`
      const detail = `${why}. “current” shows its present state. To change it anyway, send If-Match: "${currentTag}".`
      return new ChatError('stale', detail, { current: refused.current, currentTag })
    }
    case 'name-taken':
      return new ChatError('name-taken', `The name “${user ?? room}” is taken. Choose another.`)
    case 'too-many-rooms':
      return new ChatError(
        'too-many-rooms',
        user === undefined
          ? `You already own ${ownedRoomsMax} rooms, the most that one user may own. Use one of those.`
          : `${user} already owns ${ownedRoomsMax} rooms, the most that one user may own.`
      )
    case 'key-reused':
      return new ChatError(
        'key-reused',
        `You have already used this Idempotency-Key in ${room} for another text. Use a new key for a new message.`
      )
  }
}

function lastOwner(room: string, user: string | undefined): ChatError {
  const who = user === undefined ? 'You are' : `${user} is`
  return new ChatError(
    'last-owner',
    `${who} the only owner of ${room}, and nobody can change a room without an owner. Make somebody else an owner first. If nobody needs the room any more, archive it.`
  )
}

/** Of all the rooms that somebody would leave. */
function lastOwnerOf(rooms: readonly string[]): ChatError {
  const [which, it] = rooms.length === 1 ? ['a room', 'it'] : ['rooms', 'each of them']
  return new ChatError(
    'last-owner',
    `Nobody else owns ${rooms.join(', ')}, and nobody can change ${which} without an owner. Make somebody else an owner of ${it} first.`,
    { errors: rooms.map((name) => ({ pointer: `/${name}`, detail: 'has no other owner' })) }
  )
}

const atLeast: Record<Role, string> = {
  owner: 'an owner',
  moderator: 'an owner or a moderator',
  member: 'members',
  banned: 'members'
}
