import { closeSync, existsSync, mkdirSync, openSync, realpathSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { ListedRoom, LogEvent, Member, Message, User } from '@tertulia/protocol'
import type {
  AnswersTo,
  Command,
  EventBounds,
  Extent,
  HistoryPage,
  HistoryRange,
  Store,
  StoredRoom,
  StoredUser
} from '../store.ts'
import { StoreOpenError } from '../store.ts'
import { openReading } from './connection.ts'
import type { Database } from './driver.ts'
import { readEvents, readExtents } from './reads/events.ts'
import { readHistory, readMessage } from './reads/messages.ts'
import { readRoom, readRooms } from './reads/rooms.ts'
import { readMembers, readUser, readUserOfToken } from './reads/users.ts'
import { lockForServer } from './server-lock.ts'
import { Sql } from './sql.ts'
import { Writer } from './writer.ts'

export interface SqliteStoreOptions {
  /** The database file; made with its folder if it is not there. */
  file: string
  /** Within how many ms an erased text leaves the file and its WAL. */
  eraseWithinMs?: number
}

const eraseWithinMsDefault = 60_000
const watchEveryMs = 2_000

/** @throws StoreOpenError when this file cannot be used as it is; its message says what to do */
export async function openSqliteStore({ file, eraseWithinMs = eraseWithinMsDefault }: SqliteStoreOptions): Promise<Store> {
  const path = realPath(file)
  const { lock, isNew } = lockForServer(path)
  try {
    makeForUsAlone(path)
    const writer = await Writer.open({ file: path, eraseWithinMs })
    return new SqliteStore(path, lock, writer)
  } catch (error) {
    lock.close()
    if (isNew) rmSync(`${path}.lock`) // where no database could be opened, nothing of ours stays
    throw error
  }
}

/** Others on this machine have no business in the texts; SQLite gives its side files the same mode. */
function makeForUsAlone(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}

/** The lock is found by the real path, so that two names of one file are one file. */
function realPath(file: string): string {
  try {
    makeFolder(dirname(resolve(file)))
    return existsSync(file) ? realpathSync(file) : join(realpathSync(dirname(resolve(file))), basename(file))
  } catch (error) {
    throw new StoreOpenError(`The folder of ${file} cannot be used: ${(error as Error).message}`)
  }
}

/** Not `recursive`: where a file system knows no folders to be made, as /proc, Node would try for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}

class SqliteStore implements Store {
  readonly epoch: string
  readonly secret: Uint8Array
  readonly #lock: Database
  readonly #writer: Writer
  readonly #sql: Sql
  readonly #watch: NodeJS.Timeout

  constructor(file: string, lock: Database, writer: Writer) {
    this.epoch = writer.epoch
    this.secret = writer.secret
    this.#lock = lock
    this.#writer = writer
    this.#sql = new Sql(openReading(file))
    const opened = identity(file)
    this.#watch = setInterval(() => {
      if (identity(file) !== opened) writer.turnOff(`${file} was removed or replaced while the server ran`)
    }, watchEveryMs).unref()
  }

  get writesOff(): string | undefined {
    return this.#writer.off
  }

  get erasureOverdueMs(): number {
    return this.#writer.erasureOverdueMs
  }

  onCommit(hear: (commands: number, ms: number) => void): void {
    this.#writer.onCommit(hear)
  }

  async commit<const C extends readonly Command[]>(commands: C): Promise<AnswersTo<C>> {
    return (await this.#writer.commit(commands)) as AnswersTo<C>
  }

  async userOfToken(digest: Uint8Array): Promise<StoredUser | undefined> {
    return readUserOfToken(this.#sql, digest)
  }

  async user(name: string): Promise<User | undefined> {
    return readUser(this.#sql, name)
  }

  async room(name: string, reader: number): Promise<StoredRoom | undefined> {
    return readRoom(this.#sql, name, reader)
  }

  async rooms(reader: number): Promise<ListedRoom[]> {
    return readRooms(this.#sql, reader)
  }

  async members(log: number): Promise<Member[]> {
    return readMembers(this.#sql, log)
  }

  async message(log: number, id: number): Promise<Message | undefined> {
    return readMessage(this.#sql, log, id)
  }

  async history(log: number, range: HistoryRange): Promise<HistoryPage> {
    return readHistory(this.#sql, log, range)
  }

  async events(log: number, after: number, upTo: number, page: EventBounds): Promise<LogEvent[]> {
    return readEvents(this.#sql, log, after, upTo, page)
  }

  async extents(logs: readonly number[]): Promise<Map<number, Extent>> {
    return readExtents(this.#sql, logs)
  }

  async close(): Promise<void> {
    clearInterval(this.#watch)
    this.#sql.db.close()
    await this.#writer.close()
    this.#lock.close()
  }
}

/** Writes into a file that has lost its name would be acknowledged and gone; the name must stay with the same inode. */
function identity(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
  return stat ? `${stat.dev}:${stat.ino}` : 'none'
}
