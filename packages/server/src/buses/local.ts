import type { Bus, Hint } from './bus.ts'
import { Hearers } from './hearers.ts'

/** The bus of a chat that is one process: every hint is heard before `publish` returns, and none is lost. */
export class LocalBus implements Bus {
  readonly isShared: boolean
  readonly state = 'up'
  readonly #hearers = new Hearers()

  /** @param isShared  other processes write to the store beside this one, unheard */
  constructor(isShared = false) {
    this.isShared = isShared
  }

  publish(hint: Hint): void {
    this.#hearers.tell(hint)
  }

  async subscribe(log: number, hear: (hint: Hint) => void): Promise<() => void> {
    return this.#hearers.add(log, hear)
  }

  /** Never: nothing is lost inside one process. */
  onGapPossible(): void {}

  async close(): Promise<void> {
    this.#hearers.clear()
  }
}
