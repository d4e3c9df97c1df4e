import type { Sql } from './sql.ts'

const retryMs = 1_000

/**
 * Brings erasure to an end: a text that was set to null is still in the WAL until a checkpoint empties it.
 * Any reader in the middle of a read makes a checkpoint give up, so it is tried until it succeeds.
 */
export class Erasure {
  readonly #sql: Sql
  readonly #withinMs: number
  readonly #onChange: (isDue: boolean) => void
  #timer: NodeJS.Timeout | undefined

  /** @param onChange  hears that something is to be erased, and that nothing is any more */
  constructor(sql: Sql, withinMs: number, onChange: (isDue: boolean) => void) {
    this.#sql = sql
    this.#withinMs = withinMs
    this.#onChange = onChange
  }

  /** Something was erased: half the promised time to gather more, the other half to succeed. */
  due(): void {
    if (this.#timer) return
    this.#timer = setTimeout(() => this.#try(), this.#withinMs / 2)
    this.#onChange(true)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #try(): void {
    const done = emptyWal(this.#sql)
    this.#timer = done ? undefined : setTimeout(() => this.#try(), retryMs)
    if (done) this.#onChange(false)
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
