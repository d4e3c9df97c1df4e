const pauseMs = 400

/** Moves the read marker of a room behind what was shown there, one request at a time. */
export class ReadProgress {
  readonly #put: (upTo: number, signal: AbortSignal) => Promise<unknown>
  readonly #end = new AbortController()
  #shown = 0
  #marked = 0
  #isOnline = false
  #timer: NodeJS.Timeout | undefined
  #moving: Promise<void> | undefined

  /** @param put  fails when the marker was not moved: it is tried again with the next message, or the next connection */
  constructor(put: (upTo: number, signal: AbortSignal) => Promise<unknown>) {
    this.#put = put
  }

  /** Where the marker is. */
  set marked(upTo: number) {
    this.#marked = Math.max(this.#marked, upTo)
  }

  /** Of a message that stands on the screen. */
  shown(id: number): void {
    this.#shown = Math.max(this.#shown, id)
    this.#moveSoon()
  }

  set online(isOnline: boolean) {
    this.#isOnline = isOnline
    this.#moveSoon()
  }

  /** Numbers mean other messages from here on. */
  restart(): void {
    this.#shown = 0
    this.#marked = 0
  }

  /** Move it a last time. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#moving
    await this.#move()
  }

  /** Give up what is under way. */
  abort(): void {
    clearTimeout(this.#timer)
    this.#end.abort()
  }

  #moveSoon(): void {
    if (!this.#isOnline || this.#shown <= this.#marked || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#moving ??= this.#move().then((isMoved) => {
        this.#moving = undefined
        if (isMoved) this.#moveSoon()
      })
    }, pauseMs).unref()
  }

  async #move(): Promise<boolean> {
    const upTo = this.#shown
    if (!this.#isOnline || upTo <= this.#marked || this.#end.signal.aborted) return false
    try {
      await this.#put(upTo, this.#end.signal)
      this.#marked = upTo
      return true
    } catch {
      return false
    }
  }
}
