import type { Bus, Hint } from '../../src/buses/bus.ts'
import { LocalBus } from '../../src/buses/local.ts'
import type { Random } from './random.ts'

/**
 * A bus that loses, doubles, delays and reorders hints, and forgets their events, as a seed has it.
 * What it passes on goes over another bus, from the end of those who write to the end of those who listen.
 */
export class FaultBus implements Bus {
  readonly isShared = true
  readonly #random: Random
  readonly #drop: number
  readonly #writing: Bus
  readonly #listening: Bus
  #look = () => {}

  constructor(random: Random, writing: Bus = new LocalBus(), listening: Bus = writing) {
    this.#random = random
    this.#drop = random.next() / 2
    this.#writing = writing
    this.#listening = listening
  }

  get state(): Bus['state'] {
    return this.#listening.state
  }

  publish(hint: Hint): void {
    const random = this.#random
    if (random.chance(0.02)) this.#look()
    if (random.chance(this.#drop)) return
    for (let copies = random.chance(0.2) ? 2 : 1; copies > 0; copies--) {
      const copy = random.chance(0.3) ? { log: hint.log, head: hint.head } : hint
      if (random.chance(0.4)) this.#writing.publish(copy)
      else void random.turns(6).then(() => this.#writing.publish(copy))
    }
  }

  async subscribe(log: number, hear: (hint: Hint) => void): Promise<() => void> {
    await this.#random.turns(3)
    const stop = await this.#listening.subscribe(log, hear)
    await this.#random.turns(3)
    return stop
  }

  onGapPossible(look: () => void): void {
    this.#look = look
    this.#listening.onGapPossible(look)
  }

  /** What it goes over stays open. */
  async close(): Promise<void> {}
}
