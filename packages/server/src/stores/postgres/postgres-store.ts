import type { Invite, InviteSummary, LogEvent, Member, Message, Token } from '@tertulia/protocol'
import type { Pool } from 'pg'
import type { AnswerOf, AnswersTo, Command } from '../commands.ts'
import type { KeyRange } from '../key-range.ts'
import type { LiveNode, PresenceMark, PresencePlace, PresenceRow, PresenceTable } from '../presence-table.ts'
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
} from '../records.ts'
import type { Remote } from '../remote.ts'
import type { SearchRequest, SearchResult } from '../searching.ts'
import type { Store } from '../store.ts'
import type { StoreFigures } from '../store-figures.ts'
import { Answering } from './answering.ts'
import { openPool, type TimeLimits, usualLimits } from './connection.ts'
import type { Opened } from './migrations/migrate.ts'
import { prepareDatabase } from './prepare-database.ts'
import * as presence from './presence.ts'
import { Reader } from './reader.ts'
import { readEvents, readExtents } from './reads/events.ts'
import { readInvite, readInvites } from './reads/invites.ts'
import { readHistory, readMessage } from './reads/messages.ts'
import { readRoom, readRooms, readUnread } from './reads/rooms.ts'
import { search } from './reads/search.ts'
import { readTokens, TokenLookups } from './reads/tokens.ts'
import { readAccount, readBot, readBots, readMembers, readMembersAmong, readOwnLog, readUser, readUsers } from './reads/users.ts'
import { UsedKeys } from './used-keys.ts'
import { Writer } from './writer.ts'

// With the store, so that who asks for PostgreSQL reads one file.
export { copyChat } from '../copying.ts'
export { PostgresTarget } from './copying/postgres-target.ts'

export interface PostgresStoreOptions extends Partial<TimeLimits> {
  /** As in `postgres://chat:secret@db.example/chat`. */
  url: string
  /** Hears each time that the database was not there, and will be tried again. */
  tellWaiting?: ((why: Error) => void) | undefined
}

/** @throws StoreOpenError when this database cannot be used as it is; its message says what to do */
export async function openPostgresStore({ url, tellWaiting, ...limits }: PostgresStoreOptions): Promise<PostgresStore> {
  const opened = await prepareDatabase(url, { tellWaiting })
  const all = { ...usualLimits, ...limits }
  const store = new PostgresStore(await openPool(url, all), opened, all.queueMs)
  await store.begin()
  return store
}

export class PostgresStore implements Store, StoreFigures, PresenceTable, Remote {
  readonly epoch: string
  readonly secret: Uint8Array
  /** There was no chat in this database. */
  readonly isNew: boolean
  readonly #pool: Pool
  readonly #writer: Writer
  readonly #reader: Reader
  readonly #tokens: TokenLookups
  readonly #usedKeys: UsedKeys
  readonly #answering: Answering

  constructor(pool: Pool, { epoch, secret, isNew }: Opened, queueMs: number) {
    this.epoch = epoch
    this.secret = secret
    this.isNew = isNew
    this.#pool = pool
    this.#answering = new Answering(() => pool.query('SELECT'))
    this.#writer = new Writer(pool, this.#answering, epoch, queueMs)
    this.#reader = new Reader(pool, this.#answering)
    this.#tokens = new TokenLookups(this.#reader)
    this.#usedKeys = new UsedKeys(pool)
  }

  /** Be ready for what is asked first. */
  begin(): Promise<void> {
    return this.#writer.begin()
  }

  /** A database that is away comes back: then writes work again. */
  readonly writesOff = undefined

  get isAway(): boolean {
    return this.#answering.isAway
  }

  onCommit(hear: (commands: number, ms: number) => void): void {
    this.#writer.onCommit(hear)
  }

  async commit<const C extends readonly Command[]>(commands: C): Promise<AnswersTo<C>> {
    return (await this.#writer.commit(commands)) as AnswersTo<C>
  }

  token(digest: Uint8Array): Promise<StoredToken | undefined> {
    return this.#tokens.find(digest)
  }

  user(name: string): Promise<StoredUser | undefined> {
    return readUser(this.#reader, name)
  }

  account(name: string): Promise<Account | undefined> {
    return readAccount(this.#reader, name)
  }

  users(range: ListRange): Promise<ListPage<StoredUser>> {
    return readUsers(this.#reader, range)
  }

  invite(digest: Uint8Array, atMs: number): Promise<AnswerOf<InviteSummary>> {
    return readInvite(this.#reader, digest, atMs)
  }

  invites(reader: number, range: InviteRange): Promise<AnswerOf<NumberedPage<Invite>>> {
    return readInvites(this.#reader, reader, range)
  }

  tokens(user: number, range: ListRange): Promise<ListPage<Token>> {
    return readTokens(this.#reader, user, range)
  }

  bot(owner: number, name: string): Promise<StoredUser | undefined> {
    return readBot(this.#reader, owner, name)
  }

  bots(owner: number, range: ListRange): Promise<ListPage<StoredUser>> {
    return readBots(this.#reader, owner, range)
  }

  ownLog(user: number): Promise<number | undefined> {
    return readOwnLog(this.#reader, user)
  }

  room(name: string, reader: number): Promise<StoredRoom | undefined> {
    return readRoom(this.#reader, name, reader)
  }

  rooms(reader: number, range: RoomRange): Promise<ListPage<StoredListing>> {
    return readRooms(this.#reader, reader, range)
  }

  unread(log: number, reader: number, after: number, upTo: number): Promise<UnreadCount> {
    return readUnread(this.#reader, log, reader, after, upTo)
  }

  members(log: number, range: MemberRange): Promise<ListPage<Member>> {
    return readMembers(this.#reader, log, range)
  }

  membersAmong(log: number, users: readonly number[]): Promise<KeyedMember[]> {
    return readMembersAmong(this.#reader, log, users)
  }

  message(log: number, id: number): Promise<Message | undefined> {
    return readMessage(this.#reader, log, id)
  }

  history(log: number, range: HistoryRange): Promise<HistoryPage> {
    return readHistory(this.#reader, log, range)
  }

  events(log: number, after: number, upTo: number, page: PageBounds): Promise<LogEvent[]> {
    return readEvents(this.#reader, log, after, upTo, page)
  }

  extents(logs: readonly number[]): Promise<Map<number, Extent>> {
    return readExtents(this.#reader, logs)
  }

  search(request: SearchRequest): Promise<SearchResult> {
    return search(this.#reader, request)
  }

  beginLease(node: string, leaseMs: number): Promise<void> {
    return presence.beginLease(this.#reader, node, leaseMs)
  }

  renewLease(node: string, leaseMs: number): Promise<boolean> {
    return presence.renewLease(this.#reader, node, leaseMs)
  }

  endLease(node: string, afterMs: number): Promise<void> {
    return presence.endLease(this.#reader, node, afterMs)
  }

  liveNodes(): Promise<LiveNode[]> {
    return presence.readLiveNodes(this.#reader)
  }

  writePresence(node: string, batch: number, marks: readonly PresenceMark[]): Promise<boolean> {
    return presence.writePresence(this.#reader, node, batch, marks)
  }

  presenceAfter(node: string, place: PresencePlace, limit: number): Promise<PresenceRow[]> {
    return presence.readPresenceAfter(this.#reader, node, place, limit)
  }

  presenceIn(logs: readonly number[], after: Pick<PresenceRow, 'log' | 'user' | 'node'>, limit: number): Promise<PresenceRow[]> {
    return presence.readPresenceIn(this.#reader, logs, after, limit)
  }

  presentAmong(log: number, names: readonly string[]): Promise<string[]> {
    return presence.readPresentAmong(this.#reader, log, names)
  }

  presentWithin(log: number, range: KeyRange, count: number): Promise<Pick<PresenceMark, 'user' | 'key'>[]> {
    return presence.readPresentWithin(this.#reader, log, range, count)
  }

  forgetGone(node: string, batch: number): Promise<void> {
    return presence.forgetGone(this.#reader, node, batch)
  }

  forgetDead(): Promise<boolean> {
    return presence.forgetDead(this.#reader)
  }

  async close(): Promise<void> {
    this.#usedKeys.close()
    this.#answering.close()
    await this.#writer.close()
    await this.#pool.end()
  }
}
