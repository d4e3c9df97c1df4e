import type { StoredUser } from '../../stores/records.ts'
import { Followers } from '../followers.ts'

/** Who follows a room at this node. Who comes back within the grace was never away: meanwhile they keep their place. */
export class Attendance {
  readonly followers = new Followers()
  readonly #graceMs: number
  /** Whose last stream has gone, until when they may come back; the first first. */
  readonly #leaving = new Map<string, { person: StoredUser; untilMs: number }>()

  constructor(graceMs: number) {
    this.#graceMs = graceMs
  }

  /** One stream more of somebody. @returns whether they have come with it */
  enter(person: StoredUser): boolean {
    return !this.#leaving.delete(person.name) && this.followers.add(person)
  }

  /** One less. */
  leave(person: StoredUser, nowMs: number): void {
    if (this.followers.streamsOf(person.name) > 1) this.followers.remove(person)
    else this.#leaving.set(person.name, { person, untilMs: nowMs + this.#graceMs })
  }

  /** Somebody may have to be let go later. */
  get isLeft(): boolean {
    return this.#leaving.size > 0
  }

  /** @returns those who have gone now */
  letGo(nowMs: number): StoredUser[] {
    const gone: StoredUser[] = []
    for (const [name, { person, untilMs }] of this.#leaving) {
      if (untilMs > nowMs) break
      this.#leaving.delete(name)
      this.followers.remove(person)
      gone.push(person)
    }
    return gone
  }
}
