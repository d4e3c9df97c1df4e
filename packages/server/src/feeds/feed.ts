import { type LogEvent, ownLogName } from '@tertulia/protocol'
import type { Bus, Hint } from '../buses/bus.ts'
import type { Extent, PageBounds } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import { Breather } from './breather.ts'
import { Followers } from './followers.ts'
import { inLatestState } from './latest-state.ts'
import { LiveList } from './live-list.ts'
import { type EventEncoder, type FollowedFeed, mayCut, type Subscriber } from './subscriber.ts'

/** What feeds ask the store for. */
export type FeedStore = Pick<Store, 'events' | 'extents' | 'room'>

export interface FeedOptions {
  store: FeedStore
  bus: Bus
  /** What is read from the store at once. */
  page: PageBounds
  /** To how many streams a round writes before it looks whether others should have a turn. */
  slice: number
  /** For how long it may go on until they have one. */
  budgetMs: number
  onError: (error: unknown) => void
  /** Called when the last subscriber has left. */
  onAbandoned: (feed: Feed) => void
}

/**
 * The ordered live log of one room inside one node. It puts events in order, whatever becomes of the hints,
 * and writes those that are pending in rounds, one Buffer for all live subscribers of one format.
 */
export class Feed implements FollowedFeed {
  readonly log: number
  /** Number of the last event it holds. */
  head = 0
  /** Number of the last event of the round that began last. Only a subscriber that has seen it may join the live ones. */
  sent = 0
  readonly followers = new Followers()
  /** Rejected if the store or the bus failed: then the feed is of no use. */
  readonly opened: Promise<void>
  readonly #options: FeedOptions
  readonly #subscribers = new Set<Subscriber>()
  readonly #hearing: Promise<() => void>
  #isOpen = false
  #pending: LogEvent[] = []
  #live = new Map<EventEncoder, LiveList>()
  #ahead = new Set<Subscriber>()
  /** Number of the newest event it was told of. */
  #wanted = 0
  #reading = false
  /** A round is due or under way. */
  #inRound = false

  constructor(log: number, options: FeedOptions) {
    this.log = log
    this.#options = options
    this.#hearing = options.bus.subscribe(log, (hint) => this.#hear(hint))
    this.opened = this.#open()
  }

  /** Begin at the head of the log. Hints are heard before it is read, so that nothing falls between. */
  async #open(): Promise<void> {
    await this.#hearing
    const extent = (await this.#options.store.extents([this.log])).get(this.log)
    if (!extent) throw new Error(`The store has no log ${this.log}`)
    this.head = this.sent = extent.head
    this.#isOpen = true
    this.#want(this.#wanted)
  }

  async close(): Promise<void> {
    const stop = await this.#hearing
    stop()
  }

  #hear({ head, events }: Hint): void {
    if (head <= this.head) return
    if (this.#isOpen && events?.[0] && events[0].seq <= this.head + 1) this.#take(events)
    else this.#want(head)
  }

  /** Compare with what the store holds: hints may have been lost, and old events may have been let go. */
  look({ firstSeq, head }: Extent): void {
    if (!this.#isOpen) return
    if (firstSeq > this.head + 1) this.#skipTo(firstSeq - 1)
    if (head > this.head) this.#want(head)
  }

  /**
   * Let a subscriber begin where it asked to. Its rights are looked at once more, now that no event can be missed:
   * who lost them before is refused, who loses them from here on is cut when the event comes.
   * @returns whether it may read
   */
  async begin(subscriber: Subscriber): Promise<boolean> {
    await this.opened
    if (!(await this.#allows(subscriber))) return false
    subscriber.cursor = subscriber.subscription.after
    subscriber.state = 'behind'
    return true
  }

  /** Whether its user may read this log now. */
  async #allows({ subscription, stream }: Subscriber): Promise<boolean> {
    if (subscription.room === ownLogName) return true // it was found by its user
    const room = await this.#options.store.room(subscription.room, stream.reader.user.id)
    return room !== undefined && room.actsAs !== 'banned'
  }

  /** Make a subscriber live, or let it wait for a round, if there is nothing it should read before. */
  admit(subscriber: Subscriber): boolean {
    if (subscriber.cursor < this.sent) return false
    if (subscriber.cursor === this.sent) {
      this.#liveOn(subscriber.stream.encoder).join(subscriber)
    } else {
      subscriber.state = 'ahead'
      this.#ahead.add(subscriber)
      this.#want(subscriber.cursor)
    }
    return true
  }

  /** The next events for a subscriber that is behind, not beyond what was sent to the live ones. */
  page(after: number): Promise<LogEvent[]> {
    return this.#options.store.events(this.log, after, this.sent, this.#options.page)
  }

  enter(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber)
    this.followers.add(subscriber.stream.reader.user)
  }

  leave(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber)) return
    this.followers.remove(subscriber.stream.reader.user)
    this.#ahead.delete(subscriber)
    if (subscriber.isLive) this.#liveOn(subscriber.stream.encoder).leave(subscriber)
    if (this.#subscribers.size === 0) this.#options.onAbandoned(this)
  }

  #liveOn(encoder: EventEncoder): LiveList {
    const list = this.#live.get(encoder) ?? new LiveList()
    this.#live.set(encoder, list)
    return list
  }

  #want(seq: number): void {
    this.#wanted = Math.max(this.#wanted, seq)
    if (this.#isOpen && !this.#reading && this.#wanted > this.head) void this.#read()
  }

  async #read(): Promise<void> {
    this.#reading = true
    try {
      for (let from = -1; from < this.head && this.head < this.#wanted; ) {
        from = this.head
        this.#take(await this.#options.store.events(this.log, from, this.#wanted, this.#options.page))
      }
    } catch (error) {
      this.#options.onError(error) // the next hint or sweep tries again
    }
    this.#reading = false
  }

  /** Hold those events that follow the last one without a gap. */
  #take(events: readonly LogEvent[]): void {
    for (const event of events) {
      if (event.seq !== this.head + 1) continue
      this.#pending.push(event)
      this.head = event.seq
    }
    this.#arm()
  }

  /** The next event is no longer kept: everybody has to read, and will find that out. */
  #skipTo(seq: number): void {
    this.#pending = []
    this.head = this.sent = seq
    this.#wakeAhead()
    for (const subscriber of this.#subscribers) {
      if (!subscriber.isLive) continue
      this.#liveOn(subscriber.stream.encoder).leave(subscriber)
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
    if (this.#inRound || this.#pending.length === 0) return
    this.#inRound = true
    // A turn later, so that the answers to those who wrote leave first, and what comes meanwhile comes along.
    setImmediate(() => void this.#round())
  }

  async #round(): Promise<void> {
    const events = this.#nextEvents()
    const last = events.at(-1)
    if (last) {
      // Before the first write: a subscriber that joins from here on already has these events.
      this.sent = last.seq
      await this.#write(events, last.seq)
      if (mayCut(last)) await this.#cut(last)
    }
    this.#wakeAhead()
    this.#inRound = false
    this.#arm()
  }

  /** What is pending, at most up to an event that may cut somebody: nothing after it may reach them. */
  #nextEvents(): LogEvent[] {
    const pending = inLatestState(this.#pending)
    const cut = pending.findIndex(mayCut)
    const end = cut < 0 ? pending.length : cut + 1
    this.#pending = pending.slice(end)
    return pending.slice(0, end)
  }

  async #write(events: readonly LogEvent[], seq: number): Promise<void> {
    const json = events.map((event) => JSON.stringify(event))
    const lists = [...this.#live].filter(([, list]) => list.length > 0)
    const parts = lists.map(([encoder, list]) => ({
      list,
      length: list.beginRound(),
      part: { seq, count: events.length, bytes: encoder.frames(events, json, this.head > seq) }
    }))
    const breather = new Breather(this.#options.budgetMs)
    let written = false
    for (const { list, length, part } of parts) {
      for (let from = 0; from < length; from += this.#options.slice) {
        if (written && breather.isDue) await breather.rest()
        written = true
        list.write(part, from, Math.min(from + this.#options.slice, length))
      }
    }
    for (const { list } of parts) list.endRound()
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
