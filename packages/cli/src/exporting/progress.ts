const everyMs = 200

/** One line on a terminal that says how far something has come, and is gone when it ends. */
export class Progress {
  readonly #words: (count: number) => string
  readonly #isShown: boolean
  #shownAt = performance.now()
  #isOnScreen = false

  /** @param isWanted  it is shown if standard error is a terminal, too, that can take a line back */
  constructor(words: (count: number) => string, isWanted: boolean) {
    this.#words = words
    this.#isShown = isWanted && process.stderr.isTTY === true && process.env.TERM !== 'dumb'
  }

  at(count: number): void {
    if (!this.#isShown || performance.now() - this.#shownAt < everyMs) return
    this.#shownAt = performance.now()
    this.#isOnScreen = true
    process.stderr.write(`\r${this.#words(count)}`)
  }

  end(): void {
    if (this.#isOnScreen) process.stderr.write('\r\x1b[K')
    this.#isOnScreen = false
  }
}
