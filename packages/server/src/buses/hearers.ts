import type { Hint } from './bus.ts'

/** Who listens to which logs at this end of a bus. */
export class Hearers {
  readonly #hearers = new Map<number, Set<(hint: Hint) => void>>()

  /** @returns how to stop: the first call tells whether nobody else listens to that log, later ones do nothing */
  add(log: number, hear: (hint: Hint) => void): () => boolean {
    const hearers = this.#hearers.get(log) ?? new Set()
    const hearer = (hint: Hint) => hear(hint)
    this.#hearers.set(log, hearers.add(hearer))
    return () => {
      if (!hearers.delete(hearer) || hearers.size > 0 || this.#hearers.get(log) !== hearers) return false
      return this.#hearers.delete(log)
    }
  }

  /** Those that somebody listens to. */
  logs(): number[] {
    return [...this.#hearers.keys()]
  }

  tell(hint: Hint): void {
    for (const hear of this.#hearers.get(hint.log) ?? []) {
      try {
        hear(hint)
      } catch (error) {
        // A bug of the hearer, not of the publisher, whose commit stands: it surfaces as uncaught, as from any listener.
        process.nextTick(() => {
          throw error
        })
      }
    }
  }

  clear(): void {
    this.#hearers.clear()
  }
}
