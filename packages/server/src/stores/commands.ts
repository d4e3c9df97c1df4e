import type {
  Author,
  Invite,
  InvitedRole,
  LogEvent,
  Member,
  Message,
  Role,
  Room,
  RoomChanges,
  Token,
  TokenScope,
  UserKind,
  Visibility
} from '@tertulia/protocol'
import type { StoredPassword, StoredUser } from './records.ts'

/** Strong entity tags, unquoted, of which one must be the present one; `*`: any. */
export type IfMatch = '*' | readonly string[]

interface Write {
  /** Id of the user who wants it. */
  actor: number
  /** Name of the room, as the user spelled it. */
  room: string
  /** The time to note, in ms since 1970. */
  atMs: number
}

/** What somebody does about their own account. */
interface Deed {
  actor: number
  /** Digest of the token that asks for it: what has ended meanwhile makes nothing that would outlive it. */
  by: Uint8Array
}

export interface Commands {
  /** `invite`: digest of a code, which may lead to a room: then that is joined too. A refusal spends nothing. */
  register: {
    name: string
    userKind: UserKind
    tokenDigest: Uint8Array
    password?: StoredPassword | undefined
    invite?: Uint8Array | undefined
    atMs: number
  }
  /** Begin a session for whoever gave the password that has this hash. `renewed`: the same password with other parameters. */
  'sign-in': { user: number; hash: Uint8Array; renewed?: StoredPassword | undefined; tokenDigest: Uint8Array; atMs: number }
  /** Keep the digest of a code that signs another device in. */
  'make-link': Deed & { codeDigest: Uint8Array; expiresAtMs: number }
  /** Begin a session for the user who made the link with this code. */
  'redeem-link': { codeDigest: Uint8Array; tokenDigest: Uint8Array; atMs: number }
  /** End the token that asks for it. */
  'sign-out': { tokenDigest: Uint8Array }
  /** Set a password where that with the hash `was` is the present one (null: none), and end every other session, and all links. */
  'set-password': Deed & { was: Uint8Array | null; password: StoredPassword }
  /** Make a token for a program, for `bot` (one of the actor's) or the actor. `expiresAtMs`: null: never. */
  'make-token': Deed & {
    name: string
    bot?: string | undefined
    scope: TokenScope
    rooms: readonly string[] | null
    expiresAtMs: number | null
    tokenDigest: Uint8Array
    atMs: number
  }
  /** End a token that has a name, of the actor or of a bot of theirs. */
  'end-token': Deed & { id: number }
  /** Make a user who is no person, with a first token. */
  'make-bot': Deed & { name: string; tokenName: string; tokenDigest: Uint8Array; atMs: number }
  /**
   * Invite people to a room, or to the server where none is named.
   * @param actor  null, as `by`: whoever runs the server
   */
  'make-invite': {
    actor: number | null
    by: Uint8Array | null
    room?: string | undefined
    role: InvitedRole | null
    admin: boolean
    uses: number
    expiresAtMs: number
    codeDigest: Uint8Array
    atMs: number
  }
  'end-invite': Deed & { id: number }
  /** Take from somebody what signs them in on their devices, and keep the digest of a code that does. */
  'reset-user': { user: number; codeDigest: Uint8Array; expiresAtMs: number }
  /** Take from somebody and their bots all that signs them in, until it is undone. */
  'disable-user': { user: number; disabled: boolean; atMs: number }
  'set-admin': { user: number; admin: boolean }
  /**
   * Leave every room and end whatever signs in, for the actor and all their bots, or for `bot` alone: a lot of rooms at a time, until it
   * is done. What was written stays, and so does the name, with nobody.
   */
  'leave-for-ever': Deed & { bot?: string | undefined; atMs: number }
  /** The user of this name, made if it is not there; without a token. Another spelling of it is another's name: taken. */
  'ensure-user': { name: string; userKind: UserKind; atMs: number }
  'create-room': { actor: number; name: string; title: string; visibility: Visibility; atMs: number }
  'change-room': Write & { changes: RoomChanges; ifMatch?: IfMatch | undefined }
  /** Join (`member` is the actor's own name) or add somebody. */
  join: Write & { member: string }
  /** Join with the code of an invite, a private room too. */
  'join-by-invite': Write & { codeDigest: Uint8Array }
  /** Leave (`member` is the actor's own name), remove somebody, or lift their ban. */
  leave: Write & { member: string }
  /** Give somebody a role in the room, also one who is no member. */
  'set-role': Write & { member: string; role: Role }
  /** Note how far the actor has read; the head of the log at most, and never back. */
  'mark-read': Write & { upTo: number }
  /** `once`: the key of a request that may be repeated, and the digest of what it asks for. */
  send: Write & { text: string; once?: { key: string; fingerprint: Uint8Array } | undefined }
  edit: Write & { id: number; text: string; ifMatch?: IfMatch | undefined }
  delete: Write & { id: number; ifMatch?: IfMatch | undefined }
  /** Before old messages are looked for: note how the clock stands. */
  'note-clock': { atMs: number }
  /** Erase a lot of what is too old in the first room beyond `after` (0: of all) that keeps what is written for some days only. */
  sweep: { after: number; atMs: number }
}

export type CommandKind = keyof Commands
export type Command = { [K in CommandKind]: { kind: K } & Commands[K] }[CommandKind]

/** What a commit added to a log: all that a hint needs. Without events nothing was added. */
export interface Added {
  log: number
  events: LogEvent[]
}

/** Digests of tokens that count no more. */
export interface Ended {
  ended: Uint8Array[]
}

export interface Results {
  /** `added`: what the invite led to. */
  register: { user: StoredUser; added?: Added | undefined }
  'sign-in': Ended & { user: StoredUser }
  'make-link': object
  'redeem-link': Ended & { user: StoredUser }
  'sign-out': Ended
  'set-password': Ended
  'make-token': { token: Token }
  'end-token': Ended
  'make-bot': { user: StoredUser }
  'make-invite': { invite: Invite }
  'end-invite': object
  'reset-user': Ended
  'disable-user': Ended
  'set-admin': object
  /** Not `done`: there are other rooms to leave, and nothing has ended yet. */
  'leave-for-ever': Ended & { added: Added[]; done: boolean }
  'ensure-user': { user: StoredUser; isNew: boolean }
  'create-room': Added & { room: Room }
  /** No events: nothing is different. */
  'change-room': Added & { room: Room }
  /** No events: was a member already. */
  join: Added & { member: Member }
  /** No events: was a member already. */
  'join-by-invite': Added & { member: Member }
  leave: Added
  /** No events: had this role already. `isNew`: was no member before. */
  'set-role': Added & { member: Member; isNew: boolean }
  /** `head`: the newest event of the log. */
  'mark-read': { log: number; head: number; readUpTo: number }
  /** `replayed`: the key was seen before; `message` is what it made then, as it is now. */
  send: Added & { message: Message; replayed: boolean }
  /** No events: the text was the same already. */
  edit: Added & { message: Message }
  delete: Added
  /** `movedMs`: since it was noted last; null: never before. `keepsUntilMs`: nothing should be erased before; null: the clock is to be trusted. */
  'note-clock': { movedMs: number | null; keepsUntilMs: number | null }
  /** `room`: which it was; null: there is no other. `swept`: how many events, messages among them. `isMore`: others there are too old as well. */
  sweep: { room: { log: number; name: string } | null; swept: number; isMore: boolean }
}

/** Why a command was refused, with what the words of the answer need. */
export type Refusal =
  /** The token that asks has ended meanwhile. */
  | { code: 'unauthorized' }
  /** Not the password, or no link of ours. */
  | { code: 'sign-in-failed' }
  | { code: 'wrong-password' }
  | { code: 'link-spent' }
  | { code: 'link-expired' }
  | { code: 'name-taken' }
  /** The user owns as many as one may. */
  | { code: 'too-many-rooms' }
  | { code: 'key-reused' }
  | { code: 'token-not-found' }
  | { code: 'invite-not-found' }
  | { code: 'invite-spent' }
  | { code: 'invite-expired' }
  /** `most`: how many there may be. */
  | { code: 'too-many-invites'; most: number }
  /** Only who is an admin may do that. */
  | { code: 'admins-only' }
  | { code: 'too-many-tokens' }
  | { code: 'too-many-bots' }
  /** `room`: which of several. */
  | { code: 'room-not-found'; room?: string }
  /** The room is there under another spelling: the caller is sent to it. */
  | { code: 'other-spelling'; name: string }
  | { code: 'user-not-found' }
  | { code: 'member-not-found' }
  /** Nobody else owns the room that they would leave. */
  | { code: 'last-owner'; rooms?: string[] }
  /** `user`: whom they want to add; otherwise whoever asks. */
  | { code: 'banned'; user?: string }
  | { code: 'room-archived'; room?: string }
  | { code: 'message-not-found' }
  | { code: 'not-author'; author: Author }
  /** `role`: the least role that would be enough. */
  | { code: 'not-allowed'; role: Role }
  | { code: 'bans-self' }
  /** `user`: an admin, who acts as an owner there. */
  | { code: 'bans-admin'; user: string }
  | { code: 'message-deleted'; deletedAt: string }
  /** What had this number is no longer kept. `retainDays`: for how long the room keeps what is written now. */
  | { code: 'message-expired'; retainDays: number | null }
  | { code: 'stale'; current: Message | Room }

/** What a commit added to the logs of users, besides. */
export interface Told {
  told?: Added[] | undefined
}

/** A command is refused, or has this result. */
export type AnswerOf<R> = { refused: Refusal } | ({ refused?: undefined } & Told & R)
export type Answer<K extends CommandKind> = AnswerOf<Results[K]>
export type AnswersTo<C extends readonly Command[]> = { -readonly [I in keyof C]: Answer<C[I]['kind']> }
