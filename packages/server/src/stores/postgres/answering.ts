import { sqlState } from './error-code.ts'

/** Where nobody asks the database anything, it is asked so often whether it is there; and while it is away, each second. */
const quietMs = 5_000
const lookEveryMs = 1_000

/** Whether the database answers, as what was asked last has shown. */
export class Answering {
  #isAway = false
  #askedMs = performance.now()
  #isLooking = false
  readonly #timer: NodeJS.Timeout

  /** @param look  asks the database for nothing, and rejects when there is no answer in time */
  constructor(look: () => Promise<unknown>) {
    this.#timer = setInterval(() => void this.#look(look), lookEveryMs).unref()
  }

  get isAway(): boolean {
    return this.#isAway
  }

  /** There was an answer. */
  noted(): void {
    this.#isAway = false
    this.#askedMs = performance.now()
  }

  /** There was none, or an error. One that the database itself tells of what it was asked is an answer. */
  failed(error: unknown): void {
    if (isAbsence(error)) this.#isAway = true
    else this.noted()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #look(look: () => Promise<unknown>): Promise<void> {
    const isQuiet = performance.now() - this.#askedMs >= quietMs
    if (this.#isLooking || !(this.#isAway || isQuiet)) return
    this.#isLooking = true
    try {
      await look()
      this.noted()
    } catch (error) {
      this.failed(error)
    }
    this.#isLooking = false
  }
}

/** No connection, none left for us, or one that ended: whoever asks next is not answered either. */
function isAbsence(error: unknown): boolean {
  const state = sqlState(error)
  return state === undefined || /^(57P|53300|08)/.test(state)
}
