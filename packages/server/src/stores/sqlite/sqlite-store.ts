import type { MessagePort } from 'node:worker_threads'
import type { Invite, InviteSummary, LogEvent, Member, Message, Token } from '@tertulia/protocol'
import type { AnswerOf, AnswersTo, Command } from '../commands.ts'
import type { Erasing } from '../erasing.ts'
import type { LabCommand, LabCommandKind, LabCommandOf, LabResults, LabStore, LabUser } from '../lab-store.ts'
import type { DiskUse, OnDisk } from '../on-disk.ts'
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
import type { SearchRequest, SearchResult } from '../searching.ts'
import type { Store } from '../store.ts'
import { StoreReadError } from '../store.ts'
import type { StoreFigures } from '../store-figures.ts'
import { cannotOpen } from './cannot-open.ts'
import { findPlace, leavePlace, OpenFiles } from './database-file.ts'
import { diskUse } from './disk-use.ts'
import type { Database } from './driver.ts'
import { sqliteCode, sqliteCorrupt, sqliteIoError, sqliteNotADatabase } from './error-code.ts'
import type { CopyBefore } from './migrations/copy-before.ts'
import { readEvents, readExtents } from './reads/events.ts'
import { readInvite, readInvites } from './reads/invites.ts'
import { readHistory, readMessage } from './reads/messages.ts'
import { readRoom, readRooms } from './reads/rooms.ts'
import { readToken, readTokens } from './reads/tokens.ts'
import { readUnread } from './reads/unread.ts'
import {
  readAccount,
  readBot,
  readBots,
  readLabUser,
  readMembers,
  readMembersAmong,
  readOwnLog,
  readUser,
  readUsers
} from './reads/users.ts'
import { Searcher } from './search/searcher.ts'
import { Sql } from './sql.ts'
import { Writer } from './writer.ts'

export interface SqliteStoreOptions {
  /** The database file; made with its folder if it is not there. */
  file: string
  /** Within how many ms an erased text leaves the file and its WAL. */
  eraseWithinMs?: number | undefined
  /** Hears that the database is copied, before its schema is brought up to date: into this file, about so many bytes. */
  tellCopying?: ((part: string, bytes: number) => void) | undefined
}

const eraseWithinMsDefault = 60_000
const watchEveryMs = 2_000

/** @throws StoreOpenError when this file cannot be used as it is; its message says what to do */
export async function openSqliteStore({
  file,
  eraseWithinMs = eraseWithinMsDefault,
  tellCopying = () => {}
}: SqliteStoreOptions): Promise<SqliteStore> {
  const { path, made } = findPlace(file)
  let writer: Writer | undefined
  try {
    const opening = Writer.open({ file: path, eraseWithinMs }, tellCopying)
    opening.catch(() => {}) // is heard of below, unless this thread hears sooner that there is no library
    const { openReading } = await import('./connection.ts') // loaded beside the thread that writes, which takes longer to start
    writer = await opening
    return new SqliteStore(path, writer, openReading(path), eraseWithinMs)
  } catch (error) {
    await writer?.close()
    leavePlace(made)
    throw cannotOpen(path, error)
  }
}

const unreadable: ReadonlySet<number | undefined> = new Set([sqliteIoError, sqliteCorrupt, sqliteNotADatabase])

class SqliteStore implements Store, LabStore, StoreFigures, Erasing, OnDisk {
  readonly epoch: string
  readonly secret: Uint8Array
  /** What the database was before it was brought up to date, if that was now. */
  readonly before: CopyBefore | undefined
  readonly #file: string
  readonly #writer: Writer
  readonly #searcher: Searcher
  readonly #sql: Sql
  readonly #watch: NodeJS.Timeout

  constructor(file: string, writer: Writer, reading: Database, eraseWithinMs: number) {
    this.epoch = writer.epoch
    this.secret = writer.secret
    this.#file = file
    this.before = writer.before
    this.#writer = writer
    this.#sql = new Sql(reading)
    // SQLite opens the files beside it at the first read, which must not be too late.
    const { n: newestAtStart } = this.#sql.get<{ n: number }>('SELECT coalesce(max(n), 0) AS n FROM text') ?? { n: 0 }
    const tellTexts = (port: MessagePort) => writer.tell(port)
    this.#searcher = new Searcher({ file, epoch: writer.epoch, eraseWithinMs, newestAtStart, tellTexts })
    const files = new OpenFiles(file)
    this.#watch = setInterval(() => {
      const { lost } = files
      if (lost !== undefined) writer.turnOff(lost)
    }, watchEveryMs).unref()
  }

  get writesOff(): string | undefined {
    return this.#writer.off
  }

  get erasureOverdueMs(): number {
    return Math.max(this.#writer.erasureOverdueMs, this.#searcher.erasureOverdueMs)
  }

  diskUse(): DiskUse {
    return diskUse(this.#file)
  }

  onCommit(hear: (commands: number, ms: number) => void): void {
    this.#writer.onCommit(hear)
  }

  async commit<const C extends readonly Command[]>(commands: C): Promise<AnswersTo<C>> {
    return (await this.#writer.commit(commands)) as AnswersTo<C>
  }

  async commitLab<K extends LabCommandKind>(command: LabCommandOf<K>): Promise<AnswerOf<LabResults[K]>> {
    const [answer] = await this.#writer.commit([command as LabCommand])
    return answer as AnswerOf<LabResults[K]>
  }

  async users(range: ListRange): Promise<ListPage<StoredUser>> {
    return this.#read(readUsers, range)
  }

  async invite(digest: Uint8Array, atMs: number): Promise<AnswerOf<InviteSummary>> {
    return this.#read(readInvite, digest, atMs)
  }

  async invites(reader: number, range: InviteRange): Promise<AnswerOf<NumberedPage<Invite>>> {
    return this.#read(readInvites, reader, range)
  }

  async token(digest: Uint8Array): Promise<StoredToken | undefined> {
    return this.#read(readToken, digest)
  }

  async tokens(user: number, range: ListRange): Promise<ListPage<Token>> {
    return this.#read(readTokens, user, range)
  }

  async bot(owner: number, name: string): Promise<StoredUser | undefined> {
    return this.#read(readBot, owner, name)
  }

  async bots(owner: number, range: ListRange): Promise<ListPage<StoredUser>> {
    return this.#read(readBots, owner, range)
  }

  async user(name: string): Promise<StoredUser | undefined> {
    return this.#read(readUser, name)
  }

  async account(name: string): Promise<Account | undefined> {
    return this.#read(readAccount, name)
  }

  async labUser(name: string): Promise<LabUser | undefined> {
    return this.#read(readLabUser, name)
  }

  async ownLog(user: number): Promise<number | undefined> {
    return this.#read(readOwnLog, user)
  }

  async room(name: string, reader: number): Promise<StoredRoom | undefined> {
    return this.#read(readRoom, name, reader)
  }

  async rooms(reader: number, range: RoomRange): Promise<ListPage<StoredListing>> {
    return this.#read(readRooms, reader, range)
  }

  async unread(log: number, reader: number, after: number, upTo: number): Promise<UnreadCount> {
    return this.#read(readUnread, log, reader, after, upTo)
  }

  async members(log: number, range: MemberRange): Promise<ListPage<Member>> {
    return this.#read(readMembers, log, range)
  }

  async membersAmong(log: number, users: readonly number[]): Promise<KeyedMember[]> {
    return this.#read(readMembersAmong, log, users)
  }

  async message(log: number, id: number): Promise<Message | undefined> {
    return this.#read(readMessage, log, id)
  }

  async history(log: number, range: HistoryRange): Promise<HistoryPage> {
    return this.#read(readHistory, log, range)
  }

  async events(log: number, after: number, upTo: number, page: PageBounds): Promise<LogEvent[]> {
    return this.#read(readEvents, log, after, upTo, page)
  }

  async extents(logs: readonly number[]): Promise<Map<number, Extent>> {
    return this.#read(readExtents, logs)
  }

  async search(request: SearchRequest): Promise<SearchResult> {
    return this.#searcher.search(request)
  }

  /** @throws StoreReadError, and with it ends all writing: into a file that is damaged nothing should be added */
  #read<A extends unknown[], R>(read: (sql: Sql, ...args: A) => R, ...args: A): R {
    try {
      return read(this.#sql, ...args)
    } catch (cause) {
      if (!unreadable.has(sqliteCode(cause))) throw cause
      const message = `The database cannot be read: ${(cause as Error).message}`
      this.#writer.turnOff(message)
      throw new StoreReadError(message, { cause })
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#watch)
    this.#searcher.startNoMore()
    this.#sql.db.close()
    await this.#writer.close()
    await this.#searcher.close()
  }
}
