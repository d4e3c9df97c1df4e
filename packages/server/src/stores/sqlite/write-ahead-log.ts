import { LostFileError, type OpenFiles } from './database-file.ts'
import { sqliteBusy, sqliteCode, sqliteFull } from './error-code.ts'
import { markIn, markText, newMark, unmarked } from './mark-of-life.ts'
import { marksSince, schemaOf } from './migrations/schema.ts'
import { schemaCookie } from './schema-cookie.ts'
import { everyFrame, type Note, type ServerLock } from './server-lock.ts'
import type { Sql } from './sql.ts'

/** As many frames (changed pages) as SQLite by itself lets a WAL gather. */
const framesMax = 1_000

interface Progress {
  busy: number
  /** Frames in the WAL, and how many of them are in the database file too; -1: a checkpoint could not begin. */
  log: number
  checkpointed: number
}
const inTheWay: Progress = { busy: 1, log: -1, checkpointed: -1 }

/**
 * Everything that is written goes through here, and everything that is moved from the WAL into the database file. SQLite's own
 * checkpoints are off, so that no WAL begins without a transaction that marks it.
 */
export class WriteAheadLog {
  readonly sql: Sql
  readonly #lock: ServerLock
  /** The next transaction may begin a new WAL. */
  #needsMark = true
  /** The last transaction did nothing but mark. */
  #endsMarked = false
  /** As many frames were in the WAL when it was looked at, and when they were last to be moved. */
  #frames = 0
  #tried = 0
  /** As many frames were in the WAL when all of them were in the file. */
  #whole = 0
  /** The last mark that was committed. */
  #last: number | undefined
  #extent: Pick<Note, 'inFile' | 'isPart'>
  #files: OpenFiles | undefined

  /** @param extent  what the file has, as the note of the lock says it */
  constructor(sql: Sql, lock: ServerLock, extent: Pick<Note, 'inFile' | 'isPart'>) {
    this.sql = sql
    this.#lock = lock
    this.#extent = extent
  }

  /** From here on nothing is written unless these files are in their places. */
  keepTo(files: OpenFiles): void {
    this.#files = files
  }

  /**
   * Where `work` fails, the transaction is left to the caller.
   * @throws LostFileError before anything is written. A server that found the lock free meanwhile waits for this transaction, or
   *   has begun one after the lock was lost: the two never both write
   */
  transaction<T>(work: () => T): T {
    if (!this.#needsMark) this.#look() // another program may have moved everything meanwhile
    this.sql.run('BEGIN IMMEDIATE')
    const lost = this.#files?.lost
    if (lost !== undefined) throw new LostFileError(lost)
    const mark = this.#needsMark ? this.#mark() : undefined
    const result = work()
    this.sql.run('COMMIT')
    this.#endsMarked = false
    if (mark !== undefined) {
      this.#needsMark = false
      this.#frames = 0
      this.#last = mark
    }
    return result
  }

  /** After transactions: note how far they came, and move what has gathered, as far as readers allow. */
  keepShort(): void {
    const progress = this.#look()
    const { log, checkpointed } = progress
    if (this.#needsMark && log > checkpointed) this.#markAlone()
    this.#note(progress)
    if (log - Math.max(checkpointed, this.#tried) >= framesMax) this.#move('PASSIVE')
  }

  /** Move everything and cut the WAL to nothing; false if somebody is in the way, or the disk is full. */
  empty(): boolean {
    const { busy, log } = this.#move('TRUNCATE')
    return busy === 0 && log === 0
  }

  /** Let go of the files. */
  close(): void {
    this.sql.db.close()
    this.#lock.release()
  }

  #look(): Progress {
    return this.#seen(this.sql.get<Progress>('PRAGMA wal_checkpoint(NOOP)'))
  }

  #move(mode: 'PASSIVE' | 'TRUNCATE'): Progress {
    // A file that has all of this WAL bears a mark that neither an earlier copy of the WAL has, nor a file that has a part of it.
    if (!this.#endsMarked) this.#markAlone()
    const before = this.#look()
    this.#tried = before.log
    if (before.log > before.checkpointed) this.#extent.isPart = true
    this.#note(before)
    const moved = this.#checkpoint('PASSIVE')
    this.#note(moved)
    if (mode === 'PASSIVE') return moved
    // Cut only now: a kill from here on leaves a file of which the note says already that it has everything.
    const cut = this.#checkpoint('TRUNCATE')
    this.#note(cut)
    return cut
  }

  /** Mark in a transaction of its own. Where there is no room for it, the note in the lock must do. */
  #markAlone(): void {
    this.#needsMark = true
    try {
      this.transaction(() => {})
      this.#endsMarked = true
    } catch (error) {
      if (sqliteCode(error) !== sqliteFull) throw error
      if (this.sql.db.isTransaction) this.sql.db.exec('ROLLBACK')
    }
  }

  #checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): Progress {
    const { timeout } = this.sql.get<{ timeout: number }>('PRAGMA busy_timeout') ?? { timeout: 0 }
    this.sql.db.exec('PRAGMA busy_timeout = 0') // it would wait the whole time, and every commit behind it
    try {
      return this.#seen(this.sql.get<Progress>(`PRAGMA wal_checkpoint(${mode})`))
    } catch (error) {
      const code = sqliteCode(error)
      if (code === sqliteBusy || code === sqliteFull) return inTheWay // it is tried again later
      throw error
    } finally {
      this.sql.db.exec(`PRAGMA busy_timeout = ${timeout}`)
    }
  }

  /**
   * SQLite begins a new WAL with the first transaction after all of the old one was moved. Where another program moved it, one has
   * begun without a mark, and is shorter than the one before.
   */
  #seen(progress = inTheWay): Progress {
    const { log, checkpointed } = progress
    if (log < 0) return progress
    if (log === checkpointed || log < this.#frames) {
      this.#needsMark = true
      this.#whole = log
      this.#extent = { inFile: this.#last ?? this.#extent.inFile, isPart: log > 0 && !this.#endsMarked }
    } else if (checkpointed !== 0 && checkpointed !== this.#whole) this.#extent.isPart = true
    if (log < this.#tried) this.#tried = 0
    this.#frames = log
    return progress
  }

  #mark(): number | undefined {
    if (schemaOf(this.sql.db) < marksSince) return undefined
    const { mark: text } = this.sql.get<{ mark: string | null }>('SELECT mark FROM meta') ?? { mark: null }
    const mark = newMark()
    const previous = markIn(text ?? '')?.mark ?? unmarked
    this.sql.run('UPDATE meta SET mark = ?', markText({ mark, previous, cookie: schemaCookie(this.sql.db) }))
    return mark
  }

  #note({ log }: Progress): void {
    if (this.#last === undefined || log < 0) return
    const { note } = this.#lock
    const next: Note = { last: this.#last, frames: log === 0 ? everyFrame : log, ...this.#extent, isAnother: false }
    const isLonger = note?.last === next.last && note.inFile === next.inFile && note.isPart === next.isPart && log > 0
    if (!isLonger) this.#lock.write(next)
    else if (note.frames !== next.frames) this.#lock.writeFrames(next)
  }
}
