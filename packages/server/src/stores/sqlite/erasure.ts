import type { Sql } from './sql.ts'

const retryMs = 1_000

/**
 * Brings erasure to an end: a text that was set to null is still in the WAL until a checkpoint empties it.
 * Any reader in the middle of a read makes a checkpoint give up, so it is tried until it succeeds.
 */
export class Erasure {
  readonly #sql: Sql
  readonly #withinMs: number
  #timer: NodeJS.Timeout | undefined

  constructor(sql: Sql, withinMs: number) {
    this.#sql = sql
    this.#withinMs = withinMs
  }

  /** Something was erased: half the promised time to gather more, the other half to succeed. */
  due(): void {
    this.#timer ??= setTimeout(() => this.#try(), this.#withinMs / 2)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #try(): void {
    this.#timer = emptyWal(this.#sql) ? undefined : setTimeout(() => this.#try(), retryMs)
  }
}

/** Move everything from the WAL into the database and cut the WAL to nothing; false if somebody is in the way. */
export function emptyWal(sql: Sql): boolean {
  const { timeout } = sql.get<{ timeout: number }>('PRAGMA busy_timeout') ?? { timeout: 0 }
  sql.db.exec('PRAGMA busy_timeout = 0') // it would wait the whole time, and every commit behind it
  try {
    const row = sql.get<{ busy: number; log: number }>('PRAGMA wal_checkpoint(TRUNCATE)')
    return row?.busy === 0 && row.log === 0
  } catch {
    return false // a full or failing disk: commits will tell
  } finally {
    sql.db.exec(`PRAGMA busy_timeout = ${timeout}`)
  }
}
