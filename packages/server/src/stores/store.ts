import type {
  Author,
  ListedRoom,
  LogEvent,
  Member,
  Message,
  Role,
  Room,
  RoomChanges,
  Token,
  TokenScope,
  User,
  UserKind,
  Visibility
} from '@tertulia/protocol'
import type { SearchRequest, SearchResult } from './searching.ts'

/**
 * Where everything is kept, and what every back end must do. The store alone decides rights, idempotency and order, on
 * committed state. Its numbers (`id` of a user, `log` of a room) are its own: they never leave the server.
 * What a back end may do besides is in interfaces beside this one, and is found by presence: LabStore, StoreFigures, Erasing.
 */
export interface Store {
  /** Identity of this life of the store: what it numbered means nothing to another. 8 to 16 of `[0-9a-z]`. */
  readonly epoch: string
  /** Key of the fingerprints that recognise a repeated request. */
  readonly secret: Uint8Array

  /**
   * Carry out commands in their order, in one durable transaction (others may share it), and answer each in its place.
   * A refused command changes nothing and costs its neighbours nothing.
   * @throws StoreError when the disk is full or fails
   */
  commit<const C extends readonly Command[]>(commands: C): Promise<AnswersTo<C>>

  /** The token with this SHA-256 digest, also one whose time is over. */
  token(digest: Uint8Array): Promise<StoredToken | undefined>
  /** The user of this name, in any spelling. */
  user(name: string): Promise<StoredUser | undefined>
  /** The same, with the password that they sign in with, if they have one. */
  account(name: string): Promise<Account | undefined>
  /** A page of the tokens of a user that have a name. */
  tokens(user: number, range: ListRange): Promise<ListPage<Token>>
  /** The bot of this name, in any spelling, if it is this user's. */
  bot(owner: number, name: string): Promise<StoredUser | undefined>
  /** A page of the bots of a user. */
  bots(owner: number, range: ListRange): Promise<ListPage<StoredUser>>
  /** The room of this name, in any spelling, if `reader` may know of it. */
  room(name: string, reader: number): Promise<StoredRoom | undefined>
  /** A page of the rooms that `reader` may know of. */
  rooms(reader: number, range: RoomRange): Promise<ListPage<StoredListing>>
  /** How many of the messages `after < id <= upTo` others wrote and nobody deleted; of many a part is looked at, from the oldest. */
  unread(log: number, reader: number, after: number, upTo: number): Promise<UnreadCount>
  /** A page of the members of a room; banned ones are left out. */
  members(log: number, range: ListRange): Promise<ListPage<Member>>
  /** Those of these users, a few hundred at most, who are members of a room. */
  membersAmong(log: number, users: readonly number[]): Promise<KeyedMember[]>
  message(log: number, id: number): Promise<Message | undefined>
  history(log: number, range: HistoryRange): Promise<HistoryPage>
  /**
   * The events `after < seq <= upTo` in order, each message in its present state: as many as both bounds of `page` allow,
   * and one at least. What comes first is not `after + 1` if that event is no longer kept.
   */
  events(log: number, after: number, upTo: number, page: PageBounds): Promise<LogEvent[]>
  /** First kept and last event of each log. */
  extents(logs: readonly number[]): Promise<Map<number, Extent>>
  /** Messages by their words; the newest text first. @throws StoreReadError when the index cannot be read */
  search(request: SearchRequest): Promise<SearchResult>
  /** Why no write is taken any more; undefined while writes work. */
  readonly writesOff: string | undefined
  /** Finish what was accepted, then let go of the files. */
  close(): Promise<void>
}

/**
 * Full: the disk has no room, nothing was written. Busy: another program holds the database, nothing was written.
 * Failed: the outcome is unknown, and no write is taken until a restart.
 */
export class StoreError extends Error {
  readonly code: 'storage-full' | 'storage-busy' | 'storage-failed'
  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** What was to be read cannot be. No write is taken either until a restart. */
export class StoreReadError extends StoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('storage-failed', message, options)
  }
}

/** A store that cannot be opened as it is; the message says what to do. */
export class StoreOpenError extends Error {}

export interface StoredUser extends User {
  id: number
  /** What they are found by, and the order of lists. */
  key: string
}

/**
 * What a token lets its bearer do in the name of its user. A session is the user on one of their devices; what is named was made for a
 * program, and may be bound.
 */
export interface StoredToken {
  id: number
  user: StoredUser
  kind: 'session' | 'named'
  scope: TokenScope
  /** The rooms that it is bound to; null: it is not. */
  rooms: TokenRoom[] | null
  /** null: never. */
  expiresAtMs: number | null
}

export interface Account {
  user: StoredUser
  password: StoredPassword | null
}

/** What scrypt (RFC 7914) makes of a password, and how. */
export interface StoredPassword extends ScryptCost {
  salt: Uint8Array
  hash: Uint8Array
}

/** Parameters of scrypt, there called N, r and p. */
export interface ScryptCost {
  cost: number
  blockSize: number
  parallelization: number
}

export interface TokenRoom {
  log: number
  name: string
}

export interface KeyedMember {
  /** As that of the user. */
  key: string
  member: Member
}

export interface StoredRoom {
  log: number
  room: Room
  /** Number of the newest event of its log. */
  head: number
  /** Of the user who asks; null: not a member. */
  role: Role | null
}

/** A room of a list, but for how much of it is unread. */
export interface StoredListing extends Omit<ListedRoom, 'unread'> {
  log: number
}

export interface UnreadCount {
  count: number
  /** The last message that was looked at, if others come after it. */
  next?: number | undefined
}

/** Lists are in the order of name keys (see `compareKeys`), and read page by page. */
export interface ListRange {
  limit: number
  /** Only what comes after this key; it need not be there. */
  after?: string | undefined
  /** Only keys that begin so. */
  beginning?: string | undefined
}

export interface RoomRange extends ListRange {
  /** Only rooms that the reader is a member of. */
  own?: boolean | undefined
  /** Only these, a few at most, by their logs. */
  among?: readonly number[] | undefined
}

export interface ListPage<T> {
  items: T[]
  /** Key of the last one, if others come after it. */
  next?: string | undefined
}

export interface Extent {
  /** Number of the oldest event that is kept. */
  firstSeq: number
  /** Number of the newest event; `firstSeq - 1` when there is none. */
  head: number
}

export interface PageBounds {
  /** How many messages or events at most. */
  limit: number
  /** How many bytes of text at most; one message or event is there all the same. */
  bytes: number
}

/** The newest messages, or those next to a message's id; at most one of the three is given. */
export interface HistoryRange extends PageBounds {
  before?: number
  after?: number
  /** This message is there, with those before and after it by turns. */
  around?: number
}

export interface HistoryPage {
  /** In the order of their ids. */
  messages: Message[]
  /** Head of the log when the page was read. */
  head: number
  /** There are messages before the first, after the last. */
  earlier: boolean
  later: boolean
}

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
  register: { name: string; userKind: UserKind; tokenDigest: Uint8Array; password?: StoredPassword | undefined; atMs: number }
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
  /**
   * Make a token for a program, for `bot` (one of the actor's) or the actor; never wider than the token that asks.
   * @param expiresAtMs  undefined: as that one; null: never
   */
  'make-token': Deed & {
    name: string
    bot?: string | undefined
    scope: TokenScope
    rooms: readonly string[] | null
    expiresAtMs: number | null | undefined
    tokenDigest: Uint8Array
    atMs: number
  }
  /** End a token that has a name, of the actor or of a bot of theirs. */
  'end-token': Deed & { id: number }
  /** Make a user who is no person, with a first token. */
  'make-bot': Deed & { name: string; tokenName: string; tokenDigest: Uint8Array; atMs: number }
  /**
   * Leave every room and end whatever signs in, for the actor and all their bots, or for `bot` alone: a lot of rooms at a time, until it
   * is done. What was written stays, and so does the name, with nobody.
   */
  'leave-for-ever': Deed & { bot?: string | undefined; atMs: number }
  /** The user of this name, made if it is not there; without a token. Another spelling of it is another's name: taken. */
  'ensure-user': { name: string; userKind: UserKind; atMs: number }
  'create-room': { actor: number; name: string; title: string; visibility: Visibility; atMs: number }
  'change-room': Write & { changes: RoomChanges; ifMatch?: IfMatch | undefined }
  /** Join (`member` is the actor's own name) or add somebody to a private room. */
  join: Write & { member: string }
  /** Leave (`member` is the actor's own name) or remove somebody. */
  leave: Write & { member: string }
  /** Note how far the actor has read; the head of the log at most, and never back. */
  'mark-read': { actor: number; room: string; upTo: number }
  /** `once`: the key of a request that may be repeated, and the digest of what it asks for. */
  send: Write & { text: string; once?: { key: string; fingerprint: Uint8Array } | undefined }
  edit: Write & { id: number; text: string; ifMatch?: IfMatch | undefined }
  delete: Write & { id: number; ifMatch?: IfMatch | undefined }
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
  register: { user: StoredUser }
  'sign-in': Ended & { user: StoredUser }
  'make-link': object
  'redeem-link': Ended & { user: StoredUser }
  'sign-out': Ended
  'set-password': Ended
  'make-token': { token: Token }
  'end-token': Ended
  'make-bot': { user: StoredUser }
  /** Not `done`: there are other rooms to leave, and nothing has ended yet. */
  'leave-for-ever': Ended & { added: Added[]; done: boolean }
  'ensure-user': { user: StoredUser; isNew: boolean }
  'create-room': Added & { room: Room }
  /** No events: nothing is different. */
  'change-room': Added & { room: Room }
  /** No events: was a member already. */
  join: Added & { member: Member }
  leave: Added
  /** `head`: the newest event of the log. */
  'mark-read': { log: number; head: number; readUpTo: number }
  /** `replayed`: the key was seen before; `message` is what it made then, as it is now. */
  send: Added & { message: Message; replayed: boolean }
  /** No events: the text was the same already. */
  edit: Added & { message: Message }
  delete: Added
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
  /** Wanted is more than the token that asks may give. */
  | { code: 'token-scope' }
  | { code: 'token-not-found' }
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
  | { code: 'banned' }
  | { code: 'room-archived' }
  | { code: 'message-not-found' }
  | { code: 'not-author'; author: Author }
  /** `role`: the least role that would be enough. */
  | { code: 'not-allowed'; role: Role }
  | { code: 'message-deleted'; deletedAt: string }
  | { code: 'stale'; current: Message | Room }

/** A command is refused, or has this result. */
export type AnswerOf<R> = { refused: Refusal } | ({ refused?: undefined } & R)
export type Answer<K extends CommandKind> = AnswerOf<Results[K]>
export type AnswersTo<C extends readonly Command[]> = { -readonly [I in keyof C]: Answer<C[I]['kind']> }
