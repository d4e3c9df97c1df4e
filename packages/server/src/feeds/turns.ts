/**
 * Runs what waits, in order, a few milliseconds in each turn of the event loop:
 * however many have to catch up at once, requests are answered between them.
 */
export class Turns<T> {
  readonly #run: (item: T) => unknown
  readonly #budgetMs: number
  #waiting: T[] = []
  #armed = false

  constructor(run: (item: T) => unknown, budgetMs = 2) {
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
    setImmediate(() => void this.#turn())
  }

  async #turn(): Promise<void> {
    const until = performance.now() + this.#budgetMs
    let taken = 0
    for (const item of this.#waiting) {
      taken++
      await ofThisTurn(this.#run(item))
      if (performance.now() > until) break
    }
    this.#waiting.splice(0, taken)
    this.#armed = false
    this.#arm()
  }
}

/** More than lie between a question to a store that answers at once and what is done with the answer. */
const stepsMax = 20

/** What a call still does in this turn, because nothing that it waits for takes longer, is part of what it costs. */
async function ofThisTurn(work: unknown): Promise<void> {
  if (!(work instanceof Promise)) return
  let isDone = false
  const done = () => {
    isDone = true
  }
  work.then(done, done)
  for (let step = 0; !isDone && step < stepsMax; step++) await undefined
}
