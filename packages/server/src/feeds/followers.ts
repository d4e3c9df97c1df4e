import { compareKeys } from '@tertulia/protocol/name-key'
import type { KeyRange } from '../stores/key-range.ts'
import type { StoredUser } from '../stores/records.ts'

export interface Follower {
  user: number
  /** Key of the name, in whose order they are. */
  key: string
}

/** Who follows a log at a node: each user once, however many streams of theirs do. */
export class Followers {
  /** By name; how many streams each has. */
  readonly #here = new Map<string, Follower & { streams: number }>()
  readonly #inOrder: Follower[] = []

  /** One stream more. @returns whether it is their first */
  add({ id, name, key }: StoredUser): boolean {
    const known = this.#here.get(name)
    if (known) {
      known.streams++
      return false
    }
    const follower = { user: id, key, streams: 1 }
    this.#here.set(name, follower)
    this.#inOrder.splice(this.#placeOf(follower.key), 0, follower)
    return true
  }

  /** One stream less. */
  remove({ name }: StoredUser): void {
    const known = this.#here.get(name)
    if (!known || --known.streams > 0) return
    this.#here.delete(name)
    this.#inOrder.splice(this.#placeOf(known.key), 1)
  }

  *all(): Iterable<Follower & { name: string }> {
    for (const [name, follower] of this.#here) yield { name, ...follower }
  }

  get size(): number {
    return this.#here.size
  }

  find(name: string): Follower | undefined {
    return this.#here.get(name)
  }

  streamsOf(name: string): number {
    return this.#here.get(name)?.streams ?? 0
  }

  has(name: string): boolean {
    return this.#here.has(name)
  }

  /** The first `count` followers of a range. */
  within({ from, to }: KeyRange, count: number): readonly Follower[] {
    const place = this.#placeOf(from)
    return this.#inOrder.slice(place, Math.min(place + count, this.#placeOf(to)))
  }

  /** Place of the first whose key is not before this one. */
  #placeOf(key: string): number {
    let [low, high] = [0, this.#inOrder.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareKeys((this.#inOrder[middle] as Follower).key, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Of a log that nobody follows. */
export const nobody: Pick<Followers, 'has' | 'within'> = new Followers()
