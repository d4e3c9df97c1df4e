/**
 * Begins requests that have waited for the one before them on their connection, in the order in which their turn comes: at once, as long
 * as what has begun in this turn of the event loop has taken no longer than its budget; otherwise in one of the next turns. Of hundreds
 * whose turn comes in one go, none holds up everybody else.
 */
export class RequestTurns {
  readonly #budgetMs: number
  readonly #waiting: (() => void)[] = []
  /** Until when others may begin in this turn; undefined: none has. */
  #until: number | undefined

  constructor(budgetMs = 2) {
    this.#budgetMs = budgetMs
  }

  add(begin: () => void): void {
    if (this.#until === undefined) this.#open()
    if (this.#waiting.length > 0 || !this.#hasTime) this.#waiting.push(begin)
    else begin()
  }

  get #hasTime(): boolean {
    return this.#until !== undefined && performance.now() < this.#until
  }

  #open(): void {
    this.#until = performance.now() + this.#budgetMs
    setImmediate(() => {
      this.#until = undefined
      if (this.#waiting.length === 0) return
      this.#open()
      this.#beginNext()
    })
  }

  #beginNext(): void {
    this.#waiting.shift()?.()
    if (this.#waiting.length === 0) return
    // When all is done that follows at once: promises that are kept already, ticks of Node.
    queueMicrotask(() => process.nextTick(() => this.#hasTime && this.#beginNext()))
  }
}

/** One for all servers of a process: they share its event loop. */
export const requestTurns = new RequestTurns()
