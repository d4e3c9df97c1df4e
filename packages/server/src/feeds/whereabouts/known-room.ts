import type { PresenceMark } from '../../stores/presence-table.ts'
import type { Present } from './whereabouts.ts'

export type Whether = Pick<PresenceMark, 'user' | 'name' | 'here'>

/** Who follows a room at each node, as far as this one has read: each user once, at however many nodes. */
export class KnownRoom implements Present {
  /** Kept once it has been read who was there when it was opened. */
  readonly read: Promise<void>
  isRead = false
  /** What is read from here on is told: also what was there before, where that took too long. */
  isTold = false
  readonly #changed: (user: number) => void
  /** By name; at how many nodes, and when they came to the last of these, on a clock that never goes back. */
  readonly #people = new Map<string, { user: number; nodes: number; cameAtMs: number }>()
  /** Names of those at each node, by user. */
  readonly #at = new Map<number, Map<number, string>>()
  #resolve = () => {}

  /** @param changed  hears the number of a user who came or went */
  constructor(changed: (user: number) => void) {
    this.#changed = changed
    this.read = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  get size(): number {
    return this.#people.size
  }

  has(name: string): boolean {
    return this.#people.has(name)
  }

  find(name: string): { user: number } | undefined {
    return this.#people.get(name)
  }

  /** All who were there have been set. */
  setRead(): void {
    this.isRead = true
    this.isTold = true
    this.#resolve()
  }

  /**
   * Somebody is at a node, or not any more.
   * @param node  a number that this node has given it
   * @param inDoubt  others may have been answered otherwise: tell how it is also where it has not changed
   */
  set(node: number, { user, name, here }: Whether, inDoubt = false): void {
    const there = this.#at.get(node) ?? new Map<number, string>()
    this.#at.set(node, there)
    let hasChanged = false
    if (here && !there.has(user)) {
      there.set(user, name)
      hasChanged = this.#come(user, name)
    } else if (!here && there.delete(user)) hasChanged = this.#go(name)
    if (this.isTold && (hasChanged || inDoubt)) this.#changed(user)
  }

  /**
   * Whether what is said of somebody at a node is what was known already: they came and went again, or went and came again, between two
   * looks, and others may have been answered meanwhile.
   */
  isKnown(node: number, { user, here }: Whether): boolean {
    return here === (this.#at.get(node)?.has(user) === true)
  }

  /** Whether it has been known only since then that somebody is at a node where they are. */
  hasComeSince(ms: number, { name }: Whether): boolean {
    return (this.#people.get(name)?.cameAtMs ?? -Infinity) >= ms
  }

  /** That nobody is at a node any more. */
  leavingAt(node: number): Whether[] {
    return Array.from(this.#at.get(node) ?? [], ([user, name]) => ({ user, name, here: false }))
  }

  /** A node is there no more, and nobody at it. */
  drop(node: number): void {
    this.#at.delete(node)
  }

  #come(user: number, name: string): boolean {
    const cameAtMs = performance.now()
    const known = this.#people.get(name)
    if (known) {
      known.nodes++
      known.cameAtMs = cameAtMs
    } else this.#people.set(name, { user, nodes: 1, cameAtMs })
    return !known
  }

  #go(name: string): boolean {
    const known = this.#people.get(name)
    if (known && --known.nodes > 0) return false
    return this.#people.delete(name)
  }
}
