import { type PresenceNote, presenceNamesMax } from '@tertulia/protocol'
import type { StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import { Followers, type ReadonlyFollowers } from './followers.ts'

/** How soon the coming and going of followers is told. */
export interface PresencePace {
  /** Who comes back within this time was never away. */
  graceMs: number
  /** For each follower of a room so much passes between two notes: what they cost does not grow with the square of the room. */
  perFollowerMs: number
}

export const presencePaceDefault: PresencePace = { graceMs: 5_000, perFollowerMs: 2 }

/**
 * Who follows a room, and what is still to be told of who came and went: of members alone, each user once. What it knows is of this
 * node; of several, each would tell its own, and the list would be that of all.
 */
export class Presence {
  readonly #room: string
  readonly #pace: PresencePace
  readonly #followers = new Followers()
  /** Whose last stream has gone, until when they may come back; the first first. Meanwhile they keep its place. */
  readonly #leaving = new Map<string, { person: StoredUser; untilMs: number }>()
  /** Who came or went since that was told, by their numbers. */
  #changed = new Set<number>()
  /** Who left the room since then, by name: what is told may have been found out before they did. */
  #left = new Set<string>()
  /** More did than a note names. */
  #more = false
  #toldAtMs = -Infinity

  constructor(room: string, pace: PresencePace) {
    this.#room = room
    this.#pace = pace
  }

  get followers(): ReadonlyFollowers {
    return this.#followers
  }

  /** One stream more of somebody. */
  enter(person: StoredUser): void {
    if (this.#leaving.delete(person.name)) return
    if (this.#followers.add(person)) this.#change(person.id)
  }

  /** One less. @param nowMs  on a clock that never goes back */
  leave(person: StoredUser, nowMs: number): void {
    if (this.#followers.streamsOf(person.name) > 1) this.#followers.remove(person)
    else this.#leaving.set(person.name, { person, untilMs: nowMs + this.#pace.graceMs })
  }

  /** Somebody has become a member: if they follow, they are connected from here on. */
  joined(name: string): void {
    const follower = this.#followers.find(name)
    if (follower) this.#change(follower.user)
  }

  /** Somebody is no member any more: they are not connected from here on, whatever was told. */
  left(name: string): void {
    if (!this.#more) this.#left.add(name)
    this.#bound()
  }

  /** There is something to tell, now or later. */
  get isStirred(): boolean {
    return this.#hasChanged || this.#leaving.size > 0
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
    this.#letGo(nowMs)
    if (!this.#hasChanged) return undefined
    if (nowMs < this.#toldAtMs + this.#followers.size * this.#pace.perFollowerMs) return undefined
    this.#toldAtMs = nowMs
    const note: PresenceNote = { type: 'presence', room: this.#room, connected: [], disconnected: [], more: this.#more }
    const [asked, left] = [this.#changed, this.#left]
    this.#changed = new Set()
    this.#left = new Set()
    this.#more = false
    if (note.more) return note
    try {
      for (const name of left) {
        const follower = this.#followers.find(name)
        if (follower) asked.add(follower.user)
      }
      const members = await membersAmong([...asked])
      for (const { member } of members) {
        if (this.#followers.has(member.name)) note.connected.push(member.name)
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

  #letGo(nowMs: number): void {
    for (const [name, { person, untilMs }] of this.#leaving) {
      if (untilMs > nowMs) return
      this.#leaving.delete(name)
      this.#followers.remove(person)
      this.#change(person.id)
    }
  }

  #change(user: number): void {
    if (!this.#more) this.#changed.add(user)
    this.#bound()
  }

  get #hasChanged(): boolean {
    return this.#more || this.#changed.size + this.#left.size > 0
  }

  #bound(): void {
    if (this.#changed.size + this.#left.size <= presenceNamesMax) return
    this.#more = true
    this.#changed.clear()
    this.#left.clear()
  }
}
