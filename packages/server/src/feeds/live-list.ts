import type { RoundPart, Rounds, Subscriber } from './subscriber.ts'

/**
 * The live subscribers of one format. A round writes to those that were live when it began: while it is under way the list
 * only grows at its end, and a subscriber that leaves it leaves a gap.
 */
export class LiveList implements Rounds {
  bytes = 0
  #slots: (Subscriber | null)[] = []
  #inRound = false

  get length(): number {
    return this.#slots.length
  }

  join(subscriber: Subscriber): void {
    subscriber.state = 'live'
    subscriber.rounds = this
    subscriber.slot = this.#slots.push(subscriber) - 1
  }

  leave(subscriber: Subscriber): void {
    if (this.#inRound) {
      this.#slots[subscriber.slot] = null
    } else {
      const last = this.#slots.pop() as Subscriber
      if (last !== subscriber) {
        this.#slots[subscriber.slot] = last
        last.slot = subscriber.slot
      }
    }
    subscriber.state = 'behind'
    subscriber.roundsEnd = this.bytes
  }

  /** @returns how many take part in the round */
  beginRound({ bytes }: RoundPart): number {
    this.bytes += bytes.length
    this.#inRound = true
    return this.#slots.length
  }

  /** Write a round to the slots `from` to `end`. */
  write(part: RoundPart, from: number, end: number): void {
    for (let slot = from; slot < end; slot++) {
      const subscriber = this.#slots[slot]
      if (!subscriber) continue
      if (subscriber.stream.hasRoomFor(part)) {
        subscriber.cursor = part.seq
        subscriber.stream.write(part.bytes)
      } else {
        this.leave(subscriber)
        subscriber.stream.fellBehind()
      }
    }
  }

  endRound(): void {
    this.#inRound = false
    let kept = 0
    for (const subscriber of this.#slots) {
      if (!subscriber) continue
      subscriber.slot = kept
      this.#slots[kept++] = subscriber
    }
    this.#slots.length = kept
  }
}
