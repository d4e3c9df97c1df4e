import { existsSync, rmSync } from 'node:fs'
import { StoreInUseError, StoreOpenError } from '../store.ts'
import { identity, keepForUsAlone } from './database-file.ts'
import { type Database, DatabaseSync } from './driver.ts'
import { sqliteBusy, sqliteCode, sqliteNotADatabase } from './error-code.ts'
import { schemaCookie, setSchemaCookie } from './schema-cookie.ts'

/** What a server leaves for the next one. Whatever a kill leaves has as much as is noted at least. */
export interface Note {
  /** The last mark that it gave the database. */
  last: number
  /** How many frames the WAL had at least; `everyFrame`: all were moved into the file, and it is gone. */
  frames: number
  /** The mark that the file bears: it has all up to there. */
  inFile: number
  /** A part of what came after may be in the file too, and then the last mark. */
  isPart: boolean
  /** The file was found in the place of the one noted before, and has not been given its new epoch yet. */
  isAnother: boolean
}

const framesBits = 30
export const everyFrame = 2 ** framesBits - 1
const extentOf = ({ frames, isPart }: Note): number => Math.min(frames, everyFrame) + (isPart ? 2 ** framesBits : 0)

/**
 * One server per database file: an exclusive lock on a side database, which ends with the process, however that ends.
 * Nothing in this process may open that file by other means: closing it would drop the lock (POSIX locks belong to the process).
 *
 * The note in it is three numbers in its header: neither a kill nor a power cut leaves a part of it.
 */
export class ServerLock {
  /** The lock file was not there. */
  readonly isNew: boolean
  readonly #db: Database
  #note: Note | undefined

  /** @throws StoreOpenError when another server has it */
  static take(file: string): ServerLock {
    for (;;) {
      const path = `${file}.lock`
      const isNew = !existsSync(path) && keepForUsAlone(path)
      const found = identity(path)
      const db = new DatabaseSync(path)
      try {
        // The lock outlives a commit; a journal would be one more file to lose.
        db.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE')
        db.exec('PRAGMA journal_mode = memory; PRAGMA synchronous = FULL')
        db.exec('BEGIN EXCLUSIVE') // left open: to end it would write into an empty file
        if (identity(path) === found) return new ServerLock(db, isNew)
        db.close() // it was removed meanwhile by whom it kept out: what we hold has no name any more
      } catch (error) {
        db.close()
        if (isNew && sqliteCode(error) !== sqliteBusy) rmSync(path)
        throw refused(file, error)
      }
    }
  }

  private constructor(db: Database, isNew: boolean) {
    this.#db = db
    this.isNew = isNew
    this.#note = this.#read()
  }

  /** What the last server noted; undefined: none ever did. */
  get note(): Note | undefined {
    return this.#note
  }

  write(note: Note): void {
    if (!this.#db.isTransaction) this.#db.exec('PRAGMA synchronous = FULL; BEGIN')
    const last = note.isAnother ? -note.last : note.last
    this.#db.exec(`PRAGMA user_version = ${last}; PRAGMA application_id = ${extentOf(note)}`)
    setSchemaCookie(this.#db, note.inFile)
    this.#db.exec('COMMIT')
    this.#note = note
  }

  /** Nothing but more frames than were noted: for each commit, so it need not survive a power cut. */
  writeFrames(note: Note): void {
    this.#db.exec(`PRAGMA synchronous = OFF; PRAGMA application_id = ${extentOf(note)}`)
    this.#note = note
  }

  #read(): Note | undefined {
    const number = (name: string) => Object.values(this.#db.prepare(`PRAGMA ${name}`).get() as object)[0] as number
    const last = number('user_version')
    if (last === 0) return undefined
    const extent = number('application_id')
    return {
      last: Math.abs(last),
      frames: extent % 2 ** framesBits,
      inFile: schemaCookie(this.#db),
      isPart: extent >= 2 ** framesBits,
      isAnother: last < 0
    }
  }

  release(): void {
    // The addon closes a connection only after its statements are collected, but must let go now.
    try {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      this.#db.exec('PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema')
    } finally {
      this.#db.close()
    }
  }
}

function refused(file: string, error: unknown): unknown {
  switch (sqliteCode(error)) {
    case sqliteBusy:
      return new StoreInUseError(
        `Another chat-server is running with ${file}. Stop it first, or give this one its own file with --db.`
      )
    case sqliteNotADatabase:
      return new StoreOpenError(`${file}.lock is not the lock file of a chat-server. Move it aside.`)
    default:
      return error
  }
}
