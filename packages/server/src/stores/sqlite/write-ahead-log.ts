import { sqliteBusy, sqliteCode, sqliteFull } from './driver.ts'
import { markIn, markText, newMark, unmarked } from './mark-of-life.ts'
import { marksSince, schemaOf } from './migrations/schema.ts'
import type { ServerLock } from './server-lock.ts'
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
  /** A mark that is committed, and not yet noted in the lock. */
  #toNote: number | undefined

  constructor(sql: Sql, lock: ServerLock) {
    this.sql = sql
    this.#lock = lock
  }

  /** Where `work` fails, the transaction is left to the caller. */
  transaction<T>(work: () => T): T {
    this.#look()
    this.sql.db.exec('BEGIN IMMEDIATE')
    const mark = this.#needsMark ? this.#mark() : undefined
    const result = work()
    this.sql.db.exec('COMMIT')
    if (mark !== undefined) {
      this.#needsMark = false
      this.#toNote = mark
    }
    return result
  }

  /** After transactions: note what they marked, and move what has gathered, as far as readers allow. */
  keepShort(): void {
    this.#note()
    const { log, checkpointed } = this.#look()
    if (log - checkpointed >= framesMax) this.#checkpoint('PASSIVE')
  }

  /** Move everything and cut the WAL to nothing; false if somebody is in the way, or the disk is full. */
  empty(): boolean {
    this.#note()
    const { busy, log } = this.#checkpoint('TRUNCATE')
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

  /** SQLite begins a new WAL with the first transaction after all of the old one was moved. */
  #seen(progress = inTheWay): Progress {
    if (progress.log >= 0 && progress.log === progress.checkpointed) this.#needsMark = true
    return progress
  }

  #mark(): number | undefined {
    if (schemaOf(this.sql.db) < marksSince) return undefined
    const { mark: text } = this.sql.get<{ mark: string | null }>('SELECT mark FROM meta') ?? { mark: null }
    const mark = newMark()
    this.sql.run('UPDATE meta SET mark = ?', markText({ mark, previous: markIn(text ?? '')?.mark ?? unmarked }))
    return mark
  }

  #note(): void {
    if (this.#toNote === undefined) return
    this.#lock.write({ last: this.#toNote, isAnother: false })
    this.#toNote = undefined
  }
}
