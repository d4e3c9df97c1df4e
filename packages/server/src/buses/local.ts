import type { Bus, Hint } from './bus.ts'

/** The bus of a chat that is one process: every hint is heard before `publish` returns, and none is lost. */
export class LocalBus implements Bus {
  readonly state = 'up'
  #hearers = new Map<number, Set<(hint: Hint) => void>>()

  publish(hint: Hint): void {
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

  async subscribe(log: number, hear: (hint: Hint) => void): Promise<() => void> {
    const hearers = this.#hearers.get(log) ?? new Set()
    const hearer = (hint: Hint) => hear(hint)
    this.#hearers.set(log, hearers.add(hearer))
    return () => {
      hearers.delete(hearer)
      if (hearers.size === 0 && this.#hearers.get(log) === hearers) this.#hearers.delete(log)
    }
  }

  /** Never: nothing is lost inside one process. */
  onGapPossible(): void {}

  async close(): Promise<void> {
    this.#hearers.clear()
  }
}
