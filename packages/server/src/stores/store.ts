import type { Invite, InviteSummary, LogEvent, Member, Message, Token } from '@tertulia/protocol'
import type { AnswerOf, AnswersTo, Command } from './commands.ts'
import type {
  Account,
  Extent,
  HistoryPage,
  HistoryRange,
  InviteRange,
  KeyedMember,
  ListPage,
  ListRange,
  MemberRange,
  NumberedPage,
  PageBounds,
  RoomRange,
  StoredListing,
  StoredRoom,
  StoredToken,
  StoredUser,
  UnreadCount
} from './records.ts'
import type { SearchRequest, SearchResult } from './searching.ts'

/**
 * Where everything is kept, and what every back end must do. The store alone decides rights, idempotency and order, on
 * committed state. Its numbers (`id` of a user, `log` of a room or a user) are its own: they never leave the server.
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
  /** The same, with the password that they sign in with, if they have one, and their sessions. */
  account(name: string): Promise<Account | undefined>
  /** A page of all users but those who have left for ever. */
  users(range: ListRange): Promise<ListPage<StoredUser>>
  /** Where the invite with this digest leads at this time, in ms since 1970. */
  invite(digest: Uint8Array, atMs: number): Promise<AnswerOf<InviteSummary>>
  /** A page of the invites that `reader` made, with those to the server for an admin; or of those to a room, for who moderates it. */
  invites(reader: number, range: InviteRange): Promise<AnswerOf<NumberedPage<Invite>>>
  /** A page of the tokens of a user that have a name. */
  tokens(user: number, range: ListRange): Promise<ListPage<Token>>
  /** The bot of this name, in any spelling, if it is this user's. */
  bot(owner: number, name: string): Promise<StoredUser | undefined>
  /** A page of the bots of a user. */
  bots(owner: number, range: ListRange): Promise<ListPage<StoredUser>>
  /** The log of a user, which nobody else reads; undefined: they have left for ever. */
  ownLog(user: number): Promise<number | undefined>
  /** The room of this name, in any spelling, if `reader` may know of it. */
  room(name: string, reader: number): Promise<StoredRoom | undefined>
  /** A page of the rooms that `reader` may know of. */
  rooms(reader: number, range: RoomRange): Promise<ListPage<StoredListing>>
  /** How many of the messages `after < id <= upTo` others wrote and nobody deleted; of many a part is looked at, from the oldest. */
  unread(log: number, reader: number, after: number, upTo: number): Promise<UnreadCount>
  /** A page of the members of a room, or of those who are banned from it. */
  members(log: number, range: MemberRange): Promise<ListPage<Member>>
  /** Those of these users, a few hundred at most, who are members of a room, and not banned from it. */
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
 * Full: the disk has no room, nothing was written. Busy: the database is held by another program, is away or does not keep up; nothing was
 * written. Unknown: it was asked to write and has not answered. Failed: unknown as well, and no write is taken until a restart.
 */
export class StoreError extends Error {
  readonly code: 'storage-full' | 'storage-busy' | 'outcome-unknown' | 'storage-failed'
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

/** A server has it open. */
export class StoreInUseError extends StoreOpenError {}
