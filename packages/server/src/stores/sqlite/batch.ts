import type { StoreError } from '../store.ts'
import { carryOut, type SqliteAnswer, type SqliteCommand } from './commands/carry-out.ts'
import { Transaction } from './commands/transaction.ts'
import { LostFileError } from './database-file.ts'
import { isDiskFull } from './disk-full.ts'
import { sqliteBusy, sqliteCode, sqliteCorrupt, sqliteFull, sqliteIoError, sqliteNotADatabase } from './error-code.ts'
import type { IndexedText } from './search/text-index.ts'
import type { WriteAheadLog } from './write-ahead-log.ts'

/** Commands that stand or fall together. */
export type Group = readonly SqliteCommand[]
export interface Failure {
  code: StoreError['code'] | 'unexpected'
  message: string
}
export type Outcome = { answers: SqliteAnswer[] } | { failure: Failure }

/** Carries out batches, each in one transaction, and stops for good at the first sign that the disk cannot be trusted. */
export class Batch {
  readonly #wal: WriteAheadLog
  readonly #tx: Transaction
  readonly #epoch: string
  readonly #file: string
  #erased: IndexedText[] = []
  #off: Failure | undefined

  constructor(wal: WriteAheadLog, epoch: string, file: string) {
    this.#wal = wal
    this.#tx = new Transaction(wal.sql.db)
    this.#epoch = epoch
    this.#file = file
  }

  /**
   * One transaction for all groups. If it fails, each group is tried alone once, so that one that cannot be carried out
   * costs the others nothing. Not after an I/O error: SQLite would answer “ok” to the next commit, over a log whose
   * last pages may or may not be on disk.
   */
  run(groups: readonly Group[]): Outcome[] {
    if (this.#off) return this.#allFailed(groups, this.#off)
    try {
      return this.#together(groups)
    } catch (error) {
      const failure = this.#undo(error)
      if (groups.length === 1 || failure.code === 'storage-failed' || failure.code === 'storage-busy') {
        return this.#allFailed(groups, failure)
      }
      return groups.map((group) => this.#alone(group))
    }
  }

  /** The texts that were erased since it was asked the last time. */
  takeErased(): IndexedText[] {
    const erased = this.#erased
    this.#erased = []
    return erased
  }

  /**
   * Work of our own, under the same rule; undefined: it could not be done, or must not be any more.
   * @param onOff  hears why nothing is written any more
   */
  betweenBatches<T>(work: () => T, onOff: (why: string) => void): T | undefined {
    if (this.#off) return undefined
    try {
      return work()
    } catch (error) {
      const { code, message } = this.#undo(error)
      if (code === 'unexpected') throw error
      if (code === 'storage-failed') onOff(message)
      return undefined
    }
  }

  #together(groups: readonly Group[]): Outcome[] {
    const outcomes = this.#wal.transaction(() => {
      const answered = groups.map((group) => ({ answers: group.map((command) => carryOut(this.#tx, this.#epoch, command)) }))
      this.#tx.settle()
      return answered
    })
    this.#erased.push(...this.#tx.takeErased())
    return outcomes
  }

  #alone(group: Group): Outcome {
    if (this.#off) return { failure: this.#off }
    try {
      return this.#together([group])[0] as Outcome
    } catch (error) {
      return { failure: this.#undo(error) }
    }
  }

  #allFailed = (groups: readonly Group[], failure: Failure): Outcome[] => groups.map(() => ({ failure }))

  #undo(error: unknown): Failure {
    this.#tx.forget()
    const failure = classify(error, this.#file)
    if (failure.code === 'storage-failed') this.#off = failure
    if (this.#tx.db.isTransaction) {
      try {
        this.#tx.db.exec('ROLLBACK') // on a full disk SQLite has done it already
      } catch (cause) {
        this.#off = failed(cause)
        return this.#off
      }
    }
    return failure
  }
}

const failed = (error: unknown): Failure => ({ code: 'storage-failed', message: (error as Error).message })

/** SQLITE_IOERR_SHMSIZE: the index of the WAL cannot grow, which is what a full disk may look like. */
const shmCannotGrow = 4874

function classify(error: unknown, file: string): Failure {
  const { message, stack, errcode } = error as Error & { errcode?: number }
  if (error instanceof LostFileError) return failed(error)
  switch (sqliteCode(error)) {
    case sqliteFull:
      return { code: 'storage-full', message }
    case sqliteBusy:
      return { code: 'storage-busy', message }
    case sqliteIoError:
      return errcode === shmCannotGrow && isDiskFull(file) ? { code: 'storage-full', message } : failed(error)
    case sqliteCorrupt:
    case sqliteNotADatabase:
      return failed(error)
    default:
      return { code: 'unexpected', message: stack ?? message }
  }
}
