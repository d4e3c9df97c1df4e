export interface FairQueueOptions {
  /** How many are under way at the same time. */
  atOnce: number
  /** How many may wait, of everybody together. */
  waitingMax: number
  /** What those are told who may not wait, or not any more. */
  refusal: () => Error
}

interface Waiting {
  begin: () => void
  refuse: () => void
}

/**
 * Work that is done a few at a time. Those who come from several places have a turn place by place, so that one more waits for a piece
 * of work of each other place at most, however many wait at one of them. When too many wait, those have to go who wait where most do
 * (stochastic fairness queueing, P. E. McKenney 1990): nobody can take the room of others.
 */
export class FairQueue {
  readonly #options: FairQueueOptions
  /** By where they come from, in the order of the turns. */
  readonly #places = new Map<string, Waiting[]>()
  #free: number
  #waiting = 0

  constructor(options: FairQueueOptions) {
    this.#options = options
    this.#free = options.atOnce
  }

  /** @throws the refusal, at once or while it waits */
  async run<T>(place: string, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await this.#turn(place)
    try {
      return await work()
    } finally {
      this.#beginNext()
    }
  }

  #turn(place: string): Promise<void> {
    const own = this.#places.get(place) ?? []
    if (this.#waiting >= this.#options.waitingMax) this.#makeRoomBeside(own.length)
    return new Promise((begin, reject) => {
      own.push({ begin, refuse: () => reject(this.#options.refusal()) })
      this.#places.set(place, own)
      this.#waiting++
    })
  }

  /** Who came last where most wait has to go; unless that is where the new one comes from, or would be. */
  #makeRoomBeside(own: number): void {
    let longest: Waiting[] = []
    for (const queue of this.#places.values()) if (queue.length > longest.length) longest = queue
    if (longest.length <= own + 1) throw this.#options.refusal()
    longest.pop()?.refuse()
    this.#waiting--
  }

  #beginNext(): void {
    const [next] = this.#places
    if (next === undefined) {
      this.#free++
      return
    }
    const [place, queue] = next
    this.#places.delete(place)
    if (queue.length > 1) this.#places.set(place, queue) // its next turn comes after those of all others
    this.#waiting--
    queue.shift()?.begin()
  }
}
