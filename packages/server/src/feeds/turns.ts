/**
 * Runs what waits, in order, a few milliseconds in each turn of the event loop:
 * however many have to catch up at once, requests are answered between them.
 */
export class Turns<T> {
  readonly #run: (item: T) => void
  readonly #budgetMs: number
  #waiting: T[] = []
  #armed = false

  constructor(run: (item: T) => void, budgetMs = 2) {
    this.#run = run
    this.#budgetMs = budgetMs
  }

  add(item: T): void {
    this.#waiting.push(item)
    this.#arm()
  }

  #arm(): void {
    if (this.#armed || this.#waiting.length === 0) return
    this.#armed = true
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    const until = performance.now() + this.#budgetMs
    let taken = 0
    for (const item of this.#waiting) {
      this.#run(item)
      taken++
      if (performance.now() > until) break
    }
    this.#waiting.splice(0, taken)
    this.#armed = false
    this.#arm()
  }
}
