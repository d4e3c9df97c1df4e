import { StoreError } from '../stores/store.ts'

/** A fault that has not come again for so long is over with the next write that succeeds. */
const calmMs = 10_000

interface Fault {
  refused: number
  lastMs: number
}

/** What of a logger is needed here. */
export interface FaultLog {
  error(facts: object, happening: string): void
  warn(facts: object, happening: string): void
}

/** Tells of each kind of storage fault when it begins and when it is over, not with each of the requests that it refuses. */
export class StorageFaults {
  readonly #log: FaultLog
  readonly #nowMs: () => number
  readonly #present = new Map<StoreError['code'], Fault>()

  constructor(log: FaultLog, nowMs = () => performance.now()) {
    this.#log = log
    this.#nowMs = nowMs
  }

  /** Take note of a request that could not be carried out; false: that was no fault of the storage. */
  noted(error: unknown): boolean {
    if (!(error instanceof StoreError)) return false
    const fault = this.#present.get(error.code)
    this.#present.set(error.code, { refused: (fault?.refused ?? 0) + 1, lastMs: this.#nowMs() })
    if (!fault) this.#log.error({ code: error.code, reason: error.message }, beginnings[error.code])
    return true
  }

  /** A write has succeeded. */
  written(): void {
    for (const [code, { refused, lastMs }] of this.#present) {
      if (this.#nowMs() - lastMs < calmMs) continue
      this.#present.delete(code)
      this.#log.warn({ code, refused }, 'the storage works again')
    }
  }
}

const beginnings: Record<StoreError['code'], string> = {
  'storage-full': 'the disk is full: writes are refused until there is room',
  'storage-busy': 'the database is busy or away: requests are refused until it answers',
  'outcome-unknown': 'the database does not answer: what became of requests is not known until they are sent again',
  'storage-failed': 'the storage failed: nothing is written until a restart'
}
