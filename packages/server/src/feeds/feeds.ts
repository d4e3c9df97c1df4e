import { eventsLimitMax, pageBytesMax, type RoomsNote } from '@tertulia/protocol'
import { type Bus, publicRooms } from '../buses/bus.ts'
import type { PageBounds } from '../stores/records.ts'
import { Breather } from './breather.ts'
import { Feed, type FeedOptions, type FeedStore } from './feed.ts'
import { type PresencePace, presencePaceDefault } from './presence.ts'
import { RoomNews } from './room-news.ts'
import { type Carrier, Subscriber, type Subscription } from './subscriber.ts'
import { OwnWhereabouts } from './whereabouts/own-whereabouts.ts'
import type { Whereabouts } from './whereabouts/whereabouts.ts'

export interface FeedsOptions {
  store: FeedStore
  bus: Bus
  /** What is read from the store at once. */
  page?: PageBounds
  /** To how many streams a round writes, or how many logs are told of new rooms, before it is asked whether others should have a turn. */
  slice?: number
  /** For how long that may go on until they have one. */
  budgetMs?: number
  /** How long events that have overtaken others wait for them, before those are read: of a bus that several nodes share 30 ms. */
  holdMs?: number
  /** How often every open log is compared with the store, which heals lost hints. */
  sweepMs?: number
  /** How soon they are compared again where the store could not be read. */
  againMs?: number
  /** How many logs are asked after at once: more where that is a question to another machine. */
  sweepLot?: number
  /** How often it may be told who comes and goes in a room, and which rooms there are. */
  presenceMs?: number
  presencePace?: PresencePace
  /** Who follows which room: this node knows by itself, unless it is given. It is closed with the feeds. */
  whereabouts?: Whereabouts | undefined
  /** The store could not be read. It is tried again, or the stream in question ends. */
  onError?: (error: unknown) => void
}

/**
 * A quarter of what a request may ask for. What a page costs, nobody else has a turn in: of 500 events to read and write, about 10 ms.
 * Smaller ones cost no more in all.
 */
const pageDefault = { limit: eventsLimitMax / 4, bytes: pageBytesMax / 4 }

/** The feeds that are open on this node: one opens with its first subscriber and closes after its last. */
export class Feeds {
  readonly onError: (error: unknown) => void
  readonly whereabouts: Whereabouts
  readonly #store: FeedStore
  readonly #feedOptions: FeedOptions
  readonly #sweepLot: number
  readonly #open = new Map<number, Feed>()
  /** Those that have something to tell of who came and went, or will have. */
  readonly #stirred = new Set<Feed>()
  readonly #roomNews = new RoomNews()
  readonly #timers: NodeJS.Timeout[]
  readonly #hearing: Promise<() => void>
  readonly #againMs: number
  #again: NodeJS.Timeout | undefined
  #sweeping = false
  #telling = false
  #isClosed = false

  constructor(options: FeedsOptions) {
    const { store, bus, page = pageDefault, slice = 50, budgetMs = 2 } = options
    const { holdMs = bus.isShared ? 30 : 0 } = options
    const { sweepLot = bus.isShared ? 1_000 : slice } = options
    const { sweepMs = 1_000, againMs = 200, presenceMs = 1_000, presencePace = presencePaceDefault } = options
    this.onError = options.onError ?? console.error
    this.whereabouts = options.whereabouts ?? new OwnWhereabouts(presencePace.graceMs)
    this.#store = store
    this.#againMs = againMs
    this.#sweepLot = sweepLot
    const onAbandoned = (feed: Feed) => this.#letGo(feed)
    const onStirred = (feed: Feed) => void this.#stirred.add(feed)
    const onError = (error: unknown) => this.#failed(error)
    const { whereabouts } = this
    this.#feedOptions = {
      store,
      bus,
      page,
      holdMs,
      slice,
      budgetMs,
      whereabouts,
      presencePace,
      onError,
      onAbandoned,
      onStirred
    }
    this.#timers = [
      setInterval(() => void this.#sweep(), sweepMs).unref(),
      setInterval(() => void this.#tellNotes(), presenceMs).unref()
    ]
    bus.onGapPossible(() => {
      this.#roomNews.hear(undefined)
      void this.#sweep()
    })
    this.#hearing = bus.subscribe(publicRooms, ({ events }) => this.#roomNews.hear(events))
    this.#hearing.catch(this.onError)
  }

  /** The subscriber is a member of its feed at once; it must be given back by `unsubscribe`. */
  subscribe(stream: Carrier, subscription: Subscription): Subscriber {
    const feed = this.#open.get(subscription.log) ?? this.#openFeed(subscription)
    const subscriber = new Subscriber(stream, feed, subscription)
    feed.enter(subscriber)
    return subscriber
  }

  unsubscribe(subscriber: Subscriber): void {
    subscriber.feed.leave(subscriber)
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    clearTimeout(this.#again)
    this.#isClosed = true
    for (const feed of this.#open.values()) this.#letGo(feed)
    this.#hearing.then((stop) => stop()).catch(this.onError)
    await this.whereabouts.close()
  }

  #openFeed({ log, room }: Subscription): Feed {
    const feed = new Feed(log, room, this.#feedOptions)
    this.#open.set(log, feed)
    // Its subscribers learn of a failure as they begin. The next one finds another feed.
    feed.tail.opened.catch(() => this.#letGo(feed))
    return feed
  }

  #letGo(feed: Feed): void {
    if (this.#open.get(feed.log) === feed) this.#open.delete(feed.log)
    this.#stirred.delete(feed)
    feed.close().catch(this.onError)
  }

  async #tellNotes(): Promise<void> {
    if (this.#telling) return
    this.#telling = true
    const breather = new Breather(this.#feedOptions.budgetMs)
    this.whereabouts.letGo(performance.now())
    for (const feed of [...this.#stirred]) {
      if (breather.isDue) await breather.rest()
      if (!(await feed.tellPresence(performance.now()))) this.#stirred.delete(feed)
    }
    const news = this.#roomNews.take()
    if (news) await this.#tellRooms(news)
    this.#telling = false
  }

  /** What that costs comes a turn later, with the rounds of the feeds: so many at a time. */
  async #tellRooms(news: RoomsNote): Promise<void> {
    const breather = new Breather(this.#feedOptions.budgetMs)
    for (const [index, feed] of [...this.#open.values()].entries()) {
      if (index % this.#feedOptions.slice === 0) await breather.rest()
      feed.tellRooms(news)
    }
  }

  async #sweep(): Promise<void> {
    if (this.#sweeping) return
    this.#sweeping = true
    try {
      const logs = [...this.#open.keys()]
      const breather = new Breather(this.#feedOptions.budgetMs)
      for (let from = 0; from < logs.length; from += this.#sweepLot) {
        if (breather.isDue) await breather.rest()
        const extents = await this.#store.extents(logs.slice(from, from + this.#sweepLot))
        for (const [log, extent] of extents) this.#open.get(log)?.tail.look(extent)
      }
    } catch (error) {
      this.#failed(error)
    }
    this.#sweeping = false
  }

  /** The store could not be read: it may be back long before the next sweep, and one question tells. */
  #failed(error: unknown): void {
    this.onError(error)
    if (this.#isClosed) return
    const again = () => {
      this.#again = undefined
      void this.#sweep()
    }
    this.#again ??= setTimeout(again, this.#againMs).unref()
  }
}
