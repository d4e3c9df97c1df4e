import { pageBytesMax } from '@tertulia/protocol'
import type { Feeds } from '../feeds/feeds.ts'
import type { Carrier, EventEncoder, Reader, RoundPart, Subscriber, Subscription } from '../feeds/subscriber.ts'
import type { Turns } from '../feeds/turns.ts'

/** What all waiters of this node have in common. */
export interface WaiterContext {
  feeds: Feeds
  turns: Turns<{ catchUp(): Promise<void> }>
  /** Makes the body that answers all those who wait for the same round. */
  pageEncoder: EventEncoder
}

/** One request that is held until something comes in one of its rooms, and then is a subscriber no more. */
export class Waiter implements Carrier {
  readonly encoder: EventEncoder
  readonly reader: Reader
  /** One number more than the one before it: spreads what is done for each from time to time. */
  number = 0
  /** The body that answers it; undefined: it has to look itself, because the time is up, or something else has come. */
  readonly answer: Promise<Buffer | undefined>
  readonly #context: WaiterContext
  readonly #eventsMax: number
  readonly #subscribers: readonly Subscriber[]
  #resolve: (body: Buffer | undefined) => void = () => {}
  #catchingUp = false
  #ended = false

  /** @param eventsMax  a round of more is no answer to it */
  constructor(context: WaiterContext, reader: Reader, subscriptions: readonly Subscription[], eventsMax: number) {
    this.encoder = context.pageEncoder
    this.reader = reader
    this.answer = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.#context = context
    this.#eventsMax = eventsMax
    this.#subscribers = subscriptions.map((subscription) => context.feeds.subscribe(this, subscription))
    this.wake()
  }

  hasRoomFor({ bytes, count }: RoundPart): boolean {
    return count <= this.#eventsMax && bytes.length <= pageBytesMax
  }

  write(body: Buffer): void {
    this.end(body)
  }

  fellBehind(): void {
    this.end()
  }

  wake(): void {
    this.#context.turns.add(this)
  }

  /** Bring one subscriber to where it waits, each in its turn. One that has something to read already ends the waiting. */
  async catchUp(): Promise<void> {
    if (this.#catchingUp) return
    const next = this.#nextOne()
    if (!next) return
    this.#catchingUp = true
    try {
      await this.#step(next)
    } catch (error) {
      this.#context.feeds.onError(error)
      this.end()
    }
    this.#catchingUp = false
    this.wake()
  }

  /** The one place where its feeds are let go. */
  end(body?: Buffer): void {
    if (this.#ended) return
    this.#ended = true
    for (const subscriber of this.#subscribers) this.#context.feeds.unsubscribe(subscriber)
    this.#resolve(body)
  }

  #nextOne(): Subscriber | undefined {
    return this.#ended ? undefined : this.#subscribers.find(({ isIdle }) => !isIdle)
  }

  async #step(subscriber: Subscriber): Promise<void> {
    const { feed } = subscriber
    const waits = subscriber.state === 'starting' ? await feed.begin(subscriber) : feed.admit(subscriber)
    if (!waits) this.end()
  }
}
