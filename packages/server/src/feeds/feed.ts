import { type LogEvent, ownLogName, type PresenceNote, type RoomsNote } from '@tertulia/protocol'
import type { Store } from '../stores/store.ts'
import { Breather } from './breather.ts'
import { inLatestState } from './latest-state.ts'
import { LiveLists, type LiveListsOptions } from './live-lists.ts'
import { LogTail, type LogTailOptions } from './log-tail.ts'
import { Presence, type PresencePace } from './presence.ts'
import { type FollowedFeed, mayCut, type Subscriber } from './subscriber.ts'
import type { RoomWhereabouts, Whereabouts } from './whereabouts/whereabouts.ts'

/** What feeds ask the store for. */
export type FeedStore = Pick<Store, 'events' | 'extents' | 'room' | 'membersAmong'>

export interface FeedOptions extends LogTailOptions, LiveListsOptions {
  store: FeedStore
  whereabouts: Whereabouts
  presencePace: PresencePace
  /** Called when the last subscriber has left. */
  onAbandoned: (feed: Feed) => void
  /** Called whenever there may be something to tell of who comes and goes. */
  onStirred: (feed: Feed) => void
}

/**
 * The live log of one room or user inside one node. The events that its tail gives wait for the next round, which writes all that are
 * pending to everybody who is live; so does the note of who came and went.
 */
export class Feed implements FollowedFeed {
  readonly log: number
  readonly tail: LogTail
  /** Number of the last event of the round that began last. Only a subscriber that has seen it may join the live ones. */
  sent = 0
  /** Who follows it, and what is to be told of that: of a room, not of a user. */
  readonly #whereabouts: RoomWhereabouts | undefined
  readonly #presence: Presence | undefined
  readonly #options: FeedOptions
  readonly #subscribers = new Set<Subscriber>()
  #pending: LogEvent[] = []
  /** Who came and went, or which rooms there are; to be told when the events up to `after`, from which that follows, have been sent. */
  #note: { after: number; note: PresenceNote | RoomsNote } | undefined
  readonly #live: LiveLists
  #ahead = new Set<Subscriber>()
  /** A round is due or under way. */
  #inRound = false

  /** @param room  the name by which its subscribers follow it */
  constructor(log: number, room: string, options: FeedOptions) {
    this.log = log
    this.#options = options
    if (room !== ownLogName) {
      this.#whereabouts = options.whereabouts.open(log, (user) => this.#presenceChanged(user))
      this.#presence = new Presence(room, options.presencePace.perFollowerMs, this.#whereabouts.present)
    }
    this.#live = new LiveLists(options)
    this.tail = new LogTail(log, options, {
      onBegin: (seq) => this.#beginAfter(seq),
      onEvent: (event) => this.#hold(event)
    })
  }

  /** Number of the last event it holds. */
  get head(): number {
    return this.tail.head
  }

  /**
   * Let a subscriber begin where it asked to. Its rights are looked at once more, now that no event can be missed:
   * who lost them before is refused, who loses them from here on is cut when the event comes.
   * @returns whether it may read
   */
  async begin(subscriber: Subscriber): Promise<boolean> {
    await this.tail.opened
    await this.#whereabouts?.known
    if (!(await this.#allows(subscriber))) return false
    subscriber.cursor = subscriber.subscription.after
    subscriber.state = 'behind'
    return true
  }

  /** Whether its user may read this log now. */
  async #allows({ subscription, stream }: Subscriber): Promise<boolean> {
    if (!this.#presence) return true // it was found by its user
    const room = await this.#options.store.room(subscription.room, stream.reader.user.id)
    return room !== undefined && room.actsAs !== 'banned'
  }

  /** Make a subscriber live, or let it wait for a round, if there is nothing it should read before. */
  admit(subscriber: Subscriber): boolean {
    if (subscriber.cursor < this.sent) return false
    if (subscriber.cursor === this.sent) {
      this.#live.join(subscriber)
    } else {
      subscriber.state = 'ahead'
      this.#ahead.add(subscriber)
      this.tail.want(subscriber.cursor)
    }
    return true
  }

  /** The next events for a subscriber that is behind, not beyond what was sent to the live ones. */
  page(after: number): Promise<LogEvent[]> {
    return this.#options.store.events(this.log, after, this.sent, this.#options.page)
  }

  enter(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber)
    this.#whereabouts?.enter(subscriber.stream.reader.user)
  }

  leave(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber)) return
    this.#whereabouts?.leave(subscriber.stream.reader.user, performance.now())
    this.#ahead.delete(subscriber)
    if (subscriber.isLive) this.#live.leave(subscriber)
    if (this.#subscribers.size === 0) this.#options.onAbandoned(this)
  }

  async close(): Promise<void> {
    this.#whereabouts?.close()
    await this.tail.close()
  }

  #presenceChanged(user: number): void {
    this.#presence?.changed(user)
    this.#options.onStirred(this)
  }

  #memberChanged({ type, member }: Extract<LogEvent, { type: 'member.joined' | 'member.left' }>): void {
    if (type === 'member.joined') this.#presence?.joined(member.name)
    else this.#presence?.left(member.name)
    if (this.#presence?.isStirred) this.#options.onStirred(this)
  }

  /**
   * Tell who came and went, if it is time, with the next round.
   * @returns whether there is, or will be, more to tell
   */
  async tellPresence(nowMs: number): Promise<boolean> {
    if (this.#note) return true
    if (!this.#presence) return false
    let after = 0
    try {
      const note = await this.#presence.note(nowMs, async (users) => {
        const members = await this.#options.store.membersAmong(this.log, users)
        after = await this.#headInStore()
        return members
      })
      if (note) this.#note = { after: Math.max(after, this.head), note }
    } catch (error) {
      this.#options.onError(error)
    }
    this.#arm()
    return this.#presence.isStirred
  }

  /**
   * Who is a member was read from the store, which may be ahead: whoever lost the right to read meanwhile is cut by an event that has not
   * come yet, and must not be told.
   */
  async #headInStore(): Promise<number> {
    const head = (await this.#options.store.extents([this.log])).get(this.log)?.head ?? 0
    this.tail.want(head)
    return head
  }

  /** Tell its user, if it is the log of one, which rooms others have made; what could not be told before is counted as more. */
  tellRooms(note: RoomsNote): void {
    if (this.#presence) return
    this.#note = { after: this.head, note: this.#note ? { ...note, more: true } : note }
    this.#arm()
  }

  #hold(event: LogEvent): void {
    this.#pending.push(event)
    if (event.type === 'member.joined' || event.type === 'member.left') this.#memberChanged(event)
    this.#arm()
  }

  /** Where the next event is no longer kept, everybody has to read, and will find that out. */
  #beginAfter(seq: number): void {
    this.#pending = []
    this.sent = seq
    this.#wakeAhead()
    for (const subscriber of this.#subscribers) {
      if (!subscriber.isLive) continue
      this.#live.leave(subscriber)
      subscriber.stream.wake()
    }
  }

  #wakeAhead(): void {
    for (const subscriber of this.#ahead) {
      subscriber.state = 'behind'
      subscriber.stream.wake()
    }
    this.#ahead.clear()
  }

  #arm(): void {
    if (this.#inRound || (this.#pending.length === 0 && !this.#note)) return
    this.#inRound = true
    // A turn later, so that the answers to those who wrote leave first, and what comes meanwhile comes along.
    setImmediate(() => void this.#round())
  }

  async #round(): Promise<void> {
    const note = this.#takeNote()
    const events = this.#nextEvents()
    const last = events.at(-1)
    // Before the first write: a subscriber that joins from here on already has these events.
    if (last) this.sent = last.seq
    if (last || note) await this.#live.write({ note, events, seq: this.sent, more: this.head > this.sent })
    if (last && mayCut(last)) await this.#cut(last)
    this.#wakeAhead()
    this.#inRound = false
    this.#arm()
  }

  #takeNote(): PresenceNote | RoomsNote | undefined {
    if (!this.#note || this.#note.after > this.sent) return undefined
    const { note } = this.#note
    this.#note = undefined
    return note
  }

  /** What is pending, at most up to an event that may cut somebody: nothing after it may reach them. */
  #nextEvents(): LogEvent[] {
    const pending = inLatestState(this.#pending)
    const cut = pending.findIndex(mayCut)
    const end = cut < 0 ? pending.length : cut + 1
    this.#pending = pending.slice(end)
    return pending.slice(0, end)
  }

  /**
   * End the streams whose readers have lost the right to read on. At once, also those that are behind: a page shows
   * messages as they are now, and what is said after somebody left is not for them.
   */
  async #cut(event: LogEvent): Promise<void> {
    const breather = new Breather(this.#options.budgetMs)
    for (const subscriber of this.#subscribers) {
      if (!subscriber.mayBeCutBy(event)) continue
      if (breather.isDue) await breather.rest()
      if (!(await this.#surelyAllows(subscriber))) subscriber.stream.end()
    }
  }

  /** A store that cannot tell gives nobody the right to read: the reader may come back and ask again. */
  async #surelyAllows(subscriber: Subscriber): Promise<boolean> {
    try {
      return await this.#allows(subscriber)
    } catch (error) {
      this.#options.onError(error)
      return false
    }
  }
}
