import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * Work that may be long asks it from time to time whether others should have a turn: whatever one request, one event or one tick
 * sets off, requests are answered in between.
 */
export class Breather {
  readonly #budgetMs: number
  #until: number

  constructor(budgetMs = 2) {
    this.#budgetMs = budgetMs
    this.#until = performance.now() + budgetMs
  }

  get isDue(): boolean {
    return performance.now() >= this.#until
  }

  async rest(): Promise<void> {
    await nextTurn()
    this.#until = performance.now() + this.#budgetMs
  }
}
