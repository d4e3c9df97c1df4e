import { sqliteBusy, sqliteCode, sqliteFull } from './driver.ts'
import { markIn, markText, newMark, unmarked } from './mark-of-life.ts'
import { marksSince, schemaOf } from './migrations/schema.ts'
import { everyFrame, type ServerLock } from './server-lock.ts'
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
  /** The last mark that was committed. */
  #last: number | undefined

  constructor(sql: Sql, lock: ServerLock) {
    this.sql = sql
    this.#lock = lock
  }

  /** Where `work` fails, the transaction is left to the caller. */
  transaction<T>(work: () => T): T {
    this.sql.db.exec('BEGIN IMMEDIATE')
    const mark = this.#needsMark ? this.#mark() : undefined
    const result = work()
    this.sql.db.exec('COMMIT')
    this.#endsMarked = false
    if (mark !== undefined) {
      this.#needsMark = false
      this.#frames = 0
      this.#last = mark
    }
    return result
  }

  /** After transactions: note what they marked, and move what has gathered, as far as readers allow. */
  keepShort(): void {
    const { log, checkpointed } = this.#look()
    if (this.#needsMark && log > checkpointed) this.#markAlone()
    this.#note(checkpointed)
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
    const { log, checkpointed } = this.#look()
    this.#note(checkpointed)
    this.#tried = log
    const progress = this.#checkpoint(mode)
    this.#note(progress.busy === 0 && progress.log === 0 ? everyFrame : progress.checkpointed)
    return progress
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
    if (log === checkpointed || log < this.#frames) this.#needsMark = true
    if (log < this.#tried) this.#tried = 0
    this.#frames = log
    return progress
  }

  #mark(): number | undefined {
    if (schemaOf(this.sql.db) < marksSince) return undefined
    const { mark: text } = this.sql.get<{ mark: string | null }>('SELECT mark FROM meta') ?? { mark: null }
    const mark = newMark()
    this.sql.run('UPDATE meta SET mark = ?', markText({ mark, previous: markIn(text ?? '')?.mark ?? unmarked }))
    return mark
  }

  /** @param moved  how many frames of the WAL are in the file too; -1: that is not known */
  #note(moved: number): void {
    const { note } = this.#lock
    if (this.#last === undefined || moved < 0 || (note?.last === this.#last && note.moved === moved)) return
    this.#lock.write({ last: this.#last, moved, isAnother: false })
  }
}
