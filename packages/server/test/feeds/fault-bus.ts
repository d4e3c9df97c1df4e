import type { Bus, Hint } from '../../src/buses/bus.ts'
import type { Random } from './random.ts'

/** A bus that loses, doubles, delays and reorders hints, and forgets their events, as a seed has it. */
export class FaultBus implements Bus {
  readonly isShared = true
  readonly state = 'up'
  readonly #random: Random
  readonly #drop: number
  #hearers = new Map<number, Set<(hint: Hint) => void>>()
  #look = () => {}

  constructor(random: Random) {
    this.#random = random
    this.#drop = random.next() / 2
  }

  publish(hint: Hint): void {
    const random = this.#random
    if (random.chance(0.02)) this.#look()
    if (random.chance(this.#drop)) return
    for (let copies = random.chance(0.2) ? 2 : 1; copies > 0; copies--) {
      const copy = random.chance(0.3) ? { log: hint.log, head: hint.head } : hint
      if (random.chance(0.4)) this.#deliver(copy)
      else void random.turns(6).then(() => this.#deliver(copy))
    }
  }

  async subscribe(log: number, hear: (hint: Hint) => void): Promise<() => void> {
    await this.#random.turns(3)
    const hearers = this.#hearers.get(log) ?? new Set()
    this.#hearers.set(log, hearers.add(hear))
    await this.#random.turns(3)
    return () => hearers.delete(hear)
  }

  onGapPossible(look: () => void): void {
    this.#look = look
  }

  async close(): Promise<void> {
    this.#hearers.clear()
  }

  #deliver(hint: Hint): void {
    for (const hear of this.#hearers.get(hint.log) ?? []) hear(hint)
  }
}
