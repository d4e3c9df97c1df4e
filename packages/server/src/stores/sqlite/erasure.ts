const retryMs = 1_000

/**
 * Brings erasure to an end: a text that was set to null is still in the WAL until a checkpoint empties it.
 * Any reader in the middle of a read makes a checkpoint give up, so it is tried until it succeeds.
 */
export class Erasure {
  readonly #emptyWal: () => boolean
  readonly #withinMs: number
  readonly #onChange: (isDue: boolean) => void
  #timer: NodeJS.Timeout | undefined

  /**
   * @param emptyWal  false if it could not
   * @param onChange  hears that something is to be erased, and that nothing is any more
   */
  constructor(emptyWal: () => boolean, withinMs: number, onChange: (isDue: boolean) => void) {
    this.#emptyWal = emptyWal
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
    const done = this.#emptyWal()
    this.#timer = done ? undefined : setTimeout(() => this.#try(), retryMs)
    if (done) this.#onChange(false)
  }
}
