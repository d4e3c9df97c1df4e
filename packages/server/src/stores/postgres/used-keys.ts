import { idempotencyKeyMs } from '@tertulia/protocol/limits'
import type { Pool } from 'pg'
import { keysLotMax } from '../lots.ts'

const everyMs = 60 * 60 * 1000

/** Of one that is used again at this moment the age is asked once more. */
const forget = `DELETE FROM sent WHERE at < $1
  AND (log, user_id, key) IN (SELECT log, user_id, key FROM sent WHERE at < $1 ORDER BY at LIMIT ${keysLotMax})`

/** Lets go of Idempotency-Keys that are too old to count, every hour. Their age tells that they do not count, so this may fail. */
export class UsedKeys {
  readonly #pool: Pool
  readonly #timer: NodeJS.Timeout
  #isClosed = false

  constructor(pool: Pool) {
    this.#pool = pool
    this.#timer = setInterval(() => void this.forget(Date.now()).catch(() => {}), everyMs).unref()
  }

  /** Those of a day before. */
  async forget(nowMs: number): Promise<void> {
    let gone: number | null = keysLotMax
    while (gone !== 0 && !this.#isClosed) gone = (await this.#pool.query(forget, [nowMs - idempotencyKeyMs])).rowCount
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#timer)
  }
}
