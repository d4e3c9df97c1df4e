import { type LogEvent, ownLogName, type PresenceNote } from '@tertulia/protocol'
import type { Bus, Hint } from '../buses/bus.ts'
import type { Extent, PageBounds } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import { Breather } from './breather.ts'
import type { ReadonlyFollowers } from './followers.ts'
import { inLatestState } from './latest-state.ts'
import { LiveList } from './live-list.ts'
import { Presence, type PresencePace } from './presence.ts'
import { type EventEncoder, type FollowedFeed, mayCut, type Subscriber } from './subscriber.ts'

/** What feeds ask the store for. */
export type FeedStore = Pick<Store, 'events' | 'extents' | 'room' | 'membersAmong'>

export interface FeedOptions {
  store: FeedStore
  bus: Bus
  /** What is read from the store at once. */
  page: PageBounds
  /** To how many streams a round writes before it looks whether others should have a turn. */
  slice: number
  /** For how long it may go on until they have one. */
  budgetMs: number
  presencePace: PresencePace
  onError: (error: unknown) => void
  /** Called when the last subscriber has left. */
  onAbandoned: (feed: Feed) => void
  /** Called whenever there may be something to tell of who comes and goes. */
  onStirred: (feed: Feed) => void
}

/**
 * The ordered live log of one room or user inside one node. It puts events in order, whatever becomes of the hints,
 * and writes those that are pending in rounds, one Buffer for all live subscribers of one format.
 */
export class Feed implements FollowedFeed {
  readonly log: number
  readonly #isOfRoom: boolean
  /** Number of the last event it holds. */
  head = 0
  /** Number of the last event of the round that began last. Only a subscriber that has seen it may join the live ones. */
  sent = 0
  readonly #presence: Presence
  /** Rejected if the store or the bus failed: then the feed is of no use. */
  readonly opened: Promise<void>
  readonly #options: FeedOptions
  readonly #subscribers = new Set<Subscriber>()
  readonly #hearing: Promise<() => void>
  #isOpen = false
  #pending: LogEvent[] = []
  /** Who came and went; to be told when the events up to `after`, from which that follows, have been sent. */
  #note: { after: number; note: PresenceNote } | undefined
  #live = new Map<EventEncoder, LiveList>()
  #ahead = new Set<Subscriber>()
  /** Number of the newest event it was told of. */
  #wanted = 0
  #reading = false
  /** A round is due or under way. */
  #inRound = false

  /** @param room  the name by which its subscribers follow it */
  constructor(log: number, room: string, options: FeedOptions) {
    this.log = log
    this.#isOfRoom = room !== ownLogName
    this.#presence = new Presence(room, options.presencePace)
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
    if (!this.#isOfRoom) return true // it was found by its user
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
    this.#presence.enter(subscriber.stream.reader.user)
    this.#stir()
  }

  leave(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber)) return
    this.#presence.leave(subscriber.stream.reader.user, performance.now())
    this.#stir()
    this.#ahead.delete(subscriber)
    if (subscriber.isLive) this.#liveOn(subscriber.stream.encoder).leave(subscriber)
    if (this.#subscribers.size === 0) this.#options.onAbandoned(this)
  }

  /** Who follows it, and who did until a moment ago. */
  get followers(): ReadonlyFollowers {
    return this.#presence.followers
  }

  #memberChanged({ type, member }: Extract<LogEvent, { type: 'member.joined' | 'member.left' }>): void {
    if (type === 'member.joined') this.#presence.joined(member.name)
    else this.#presence.left(member.name)
    this.#stir()
  }

  #stir(): void {
    if (this.#isOfRoom) this.#options.onStirred(this)
  }

  /**
   * Tell who came and went, if it is time, with the next round.
   * @returns whether there is, or will be, more to tell
   */
  async tellPresence(nowMs: number): Promise<boolean> {
    if (this.#note) return true
    try {
      const note = await this.#presence.note(nowMs, (users) => this.#options.store.membersAmong(this.log, users))
      if (note) this.#note = { after: this.head, note }
    } catch (error) {
      this.#options.onError(error)
    }
    this.#arm()
    return this.#presence.isStirred
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
      if (event.type === 'member.joined' || event.type === 'member.left') this.#memberChanged(event)
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
    if (last || note) await this.#write(events, note)
    if (last && mayCut(last)) await this.#cut(last)
    this.#wakeAhead()
    this.#inRound = false
    this.#arm()
  }

  #takeNote(): PresenceNote | undefined {
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

  /** A note comes first: whom an event shuts out is not told what comes after it. */
  async #write(events: readonly LogEvent[], note: PresenceNote | undefined): Promise<void> {
    const seq = this.sent
    const json = events.map((event) => JSON.stringify(event))
    const lists = [...this.#live].filter(([encoder, list]) => list.length > 0 && (events.length > 0 || encoder.note))
    const parts = lists.map(([encoder, list]) => {
      const bytes: Buffer[] = []
      if (note && encoder.note) bytes.push(encoder.note(note))
      if (events.length > 0) bytes.push(encoder.frames(events, json, this.head > seq))
      const [only = Buffer.alloc(0)] = bytes
      const part = { seq, count: events.length, bytes: bytes.length > 1 ? Buffer.concat(bytes) : only }
      return { list, length: list.beginRound(), part }
    })
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
