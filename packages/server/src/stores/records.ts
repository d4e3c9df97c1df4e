import type { ListedRoom, Member, Message, Role, Room, TokenScope, User } from '@tertulia/protocol'

export interface StoredUser extends User {
  id: number
  /** What they are found by, and the order of lists. */
  key: string
  /** Acts as an owner in every public room, and invites people to the server. */
  admin: boolean
  /** By whoever runs the server: nothing signs them in. */
  disabled: boolean
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
  /** How many they have. */
  sessions: number
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

/** A room, and how far its log had come when it was read. */
export interface StoredRoom extends Extent {
  log: number
  room: Room
  /** With the rights of which role the user who asks acts there; null: of somebody who is no member. */
  actsAs: Role | null
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

export interface MemberRange extends ListRange {
  /** Only those with this role; otherwise all but those who are banned. */
  role?: Role | undefined
}

export interface ListPage<T> {
  items: T[]
  /** Key of the last one, if others come after it. */
  next?: string | undefined
}

/** Which invites: those to a room, or those of whoever asks; the newest first, and of a page only those with a lower number. */
export interface InviteRange {
  limit: number
  before?: number | undefined
  room?: string | undefined
}

/** A page of a list in the order of numbers. */
export interface NumberedPage<T> {
  items: T[]
  /** Number of the last one, if others come after it. */
  next?: number | undefined
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
  /** What was kept of the log when the page was read. */
  firstSeq: number
  head: number
  /** There are messages before the first, after the last. */
  earlier: boolean
  later: boolean
}
