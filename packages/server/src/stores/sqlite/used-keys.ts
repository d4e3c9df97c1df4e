import { idempotencyKeyMs } from '@tertulia/protocol/limits'
import { keysLotMax } from '../lots.ts'
import type { Sql } from './sql.ts'

const everyMs = 60 * 60 * 1000
const pauseMs = 100

const forget = `DELETE FROM sent WHERE (log, user, key) IN
  (SELECT log, user, key FROM sent WHERE at < ? ORDER BY at LIMIT ${keysLotMax}) RETURNING 1`

/** Lets go of Idempotency-Keys that are too old to count, every hour. */
export class UsedKeys {
  readonly #sql: Sql
  readonly #transaction: (work: () => number) => number | undefined
  #timer: NodeJS.Timeout

  /** @param transaction  undefined: busy or full; keys are forgotten an hour later, and until then their age tells that they do not count */
  constructor(sql: Sql, transaction: (work: () => number) => number | undefined) {
    this.#sql = sql
    this.#transaction = transaction
    this.#timer = setTimeout(() => this.forget(Date.now()), everyMs)
  }

  /** Those of a day before, a lot now and the others soon. */
  forget(nowMs: number): void {
    clearTimeout(this.#timer)
    const isMore = this.#transaction(() => this.#sql.all(forget, nowMs - idempotencyKeyMs).length) === keysLotMax
    this.#timer = isMore ? setTimeout(() => this.forget(nowMs), pauseMs) : setTimeout(() => this.forget(Date.now()), everyMs)
  }

  close(): void {
    clearTimeout(this.#timer)
  }
}
