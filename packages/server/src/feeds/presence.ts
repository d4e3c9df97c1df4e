import { type PresenceNote, presenceNamesMax } from '@tertulia/protocol'
import type { Store } from '../stores/store.ts'
import type { Present } from './whereabouts/whereabouts.ts'

/** How soon the coming and going of followers is told. */
export interface PresencePace {
  /** Who comes back within this time was never away. */
  graceMs: number
  /** For each follower of a room so much passes between two notes: what they cost does not grow with the square of the room. */
  perFollowerMs: number
}

export const presencePaceDefault: PresencePace = { graceMs: 5_000, perFollowerMs: 2 }

/** What is still to be told of who came to a room and who went: of members alone, each user once. */
export class Presence {
  readonly #room: string
  readonly #perFollowerMs: number
  readonly #present: Present
  /** Who came or went since that was told, by their numbers. */
  #changed = new Set<number>()
  /** Who left the room since then, by name: what is told may have been found out before they did. */
  #left = new Set<string>()
  /** More did than a note names. */
  #more = false
  #toldAtMs = -Infinity

  constructor(room: string, perFollowerMs: number, present: Present) {
    this.#room = room
    this.#perFollowerMs = perFollowerMs
    this.#present = present
  }

  /** Somebody came or went. */
  changed(user: number): void {
    if (!this.#more) this.#changed.add(user)
    this.#bound()
  }

  /** Somebody has become a member: if they follow, they are connected from here on. */
  joined(name: string): void {
    const follower = this.#present.find(name)
    if (follower) this.changed(follower.user)
  }

  /** Somebody is no member any more: they are not connected from here on, whatever was told. */
  left(name: string): void {
    if (!this.#more) this.#left.add(name)
    this.#bound()
  }

  /** There is something to tell. */
  get isStirred(): boolean {
    return this.#more || this.#changed.size + this.#left.size > 0
  }

  /**
   * What is to be told now, if it is time.
   * @param membersAmong  which of some users are members: others follow a public room too
   * @throws whatever that throws; what was to be told is told later, as too much to name
   */
  async note(
    nowMs: number,
    membersAmong: (users: number[]) => ReturnType<Store['membersAmong']>
  ): Promise<PresenceNote | undefined> {
    if (!this.isStirred) return undefined
    if (nowMs < this.#toldAtMs + this.#present.size * this.#perFollowerMs) return undefined
    this.#toldAtMs = nowMs
    const note: PresenceNote = { type: 'presence', room: this.#room, connected: [], disconnected: [], more: this.#more }
    const [asked, left] = [this.#changed, this.#left]
    this.#changed = new Set()
    this.#left = new Set()
    this.#more = false
    if (note.more) return note
    try {
      for (const name of left) {
        const follower = this.#present.find(name)
        if (follower) asked.add(follower.user)
      }
      const members = await membersAmong([...asked])
      for (const { member } of members) {
        if (this.#present.has(member.name)) note.connected.push(member.name)
        else note.disconnected.push(member.name)
        left.delete(member.name)
      }
      note.disconnected.push(...left)
      return note.connected.length + note.disconnected.length > 0 ? note : undefined
    } catch (error) {
      this.#more = true
      throw error
    }
  }

  #bound(): void {
    if (this.#changed.size + this.#left.size <= presenceNamesMax) return
    this.#more = true
    this.#changed.clear()
    this.#left.clear()
  }
}
