import type { Rate } from '@tertulia/protocol'

/** What a request was told: how many more may come at once, and, if it may not pass, when to try again. */
export interface Taken {
  left: number
  /** Until one more may pass; 0: this one did. */
  waitMs: number
}

/** Each request looks at this many buckets in turn, and drops those that are full: no request looks at all of them. */
const lookedAt = 2

/**
 * Token buckets of one size, one for each key. Of a bucket only the time is kept at which it will be full again
 * (the generic cell rate algorithm), and of a full one nothing: memory grows with the active users, not with all that ever came.
 */
export class TokenBuckets<Key extends string | number> {
  readonly #fullAtMs = new Map<Key, number>()
  readonly #tokenMs: number
  readonly #burstMs: number
  #inTurn = this.#fullAtMs.entries()

  constructor({ burst, perSecond }: Rate) {
    this.#tokenMs = 1_000 / perSecond
    this.#burstMs = burst * this.#tokenMs
  }

  /** @param nowMs  of a clock that never goes back */
  take(key: Key, nowMs: number): Taken {
    const fullAtMs = Math.max(this.#fullAtMs.get(key) ?? 0, nowMs) + this.#tokenMs
    const spareMs = this.#burstMs - (fullAtMs - nowMs)
    if (spareMs < -rounding) return { left: 0, waitMs: -spareMs }
    this.#fullAtMs.set(key, fullAtMs)
    this.#letGoOfFull(nowMs)
    return { left: Math.floor((spareMs + rounding) / this.#tokenMs), waitMs: 0 }
  }

  /** Buckets that are not full. */
  get size(): number {
    return this.#fullAtMs.size
  }

  #letGoOfFull(nowMs: number): void {
    for (let looked = 0; looked < lookedAt; looked++) {
      const { value, done } = this.#inTurn.next()
      if (done) {
        this.#inTurn = this.#fullAtMs.entries()
        return
      }
      const [key, fullAtMs] = value
      if (fullAtMs <= nowMs) this.#fullAtMs.delete(key)
    }
  }
}

/** A thousandth of a millisecond: sums of fractions must not cost a token. */
const rounding = 0.001
