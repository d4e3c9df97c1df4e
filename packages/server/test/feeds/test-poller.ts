import type { CombinedEventPage, EventPage } from '@tertulia/protocol'
import type { Reader, Subscription } from '../../src/feeds/subscriber.ts'
import { ChatError } from '../../src/services/chat-error.ts'
import type { EventService } from '../../src/services/events.ts'
import type { Waiter, WaiterContext } from '../../src/streams/waiter.ts'
import type { Engine } from './engine.ts'
import type { Random } from './random.ts'
import type { RoomLog } from './test-reader.ts'

/** Why a reader is not told more. */
const refusals: ReadonlySet<string> = new Set(['room-not-found', 'banned'])

/** A client that asks for one page after the other, waits where there is none, and gives the waiting up now and then. */
export class TestPoller {
  readonly reader: Reader
  readonly rooms: RoomLog[]
  readonly faults: string[] = []
  /** It was refused. */
  ended = false
  readonly #headOf: (log: number) => number
  readonly #received: () => void
  #waiter: Waiter | undefined
  #isGone = false

  constructor(reader: Reader, subscriptions: readonly Subscription[], headOf: (log: number) => number, received: () => void) {
    this.reader = reader
    this.rooms = subscriptions.map((subscription) => ({
      subscription,
      start: subscription.after,
      events: [],
      ready: true,
      synced: true,
      headAtConnect: headOf(subscription.log)
    }))
    this.#headOf = headOf
    this.#received = received
  }

  async run(engine: Engine, context: WaiterContext, service: EventService, random: Random): Promise<void> {
    const { user } = this.reader
    const several = this.rooms.length > 1
    let heads: number[] = []
    const asked = (ready: boolean) => {
      for (const [index, room] of this.rooms.entries()) Object.assign(room, { ready, headAtConnect: heads[index] })
    }
    try {
      while (!this.#isGone && this.faults.length === 0) {
        heads = this.rooms.map(({ subscription }) => this.#headOf(subscription.log))
        const limit = random.between(1, 9)
        const subscriptions = this.rooms.map(({ subscription, start = 0, events }) => ({
          ...subscription,
          after: events.at(-1)?.seq ?? start
        }))
        const page = several
          ? await service.combinedPage(user, subscriptions, limit)
          : await service.page(user, subscriptions[0] as Subscription, limit)
        asked(true)
        if (page.events.length > 0) this.#take(page)
        else {
          this.#waiter = new engine.Waiter(context, this.reader, subscriptions, several ? 0 : limit)
          const body = await this.#waiter.answer
          if (body) this.#take(JSON.parse(body.toString()))
        }
      }
    } catch (error) {
      if (!(error instanceof ChatError && refusals.has(error.code))) this.faults.push(String(error))
      asked(false)
      this.ended = true
      this.#received()
    }
  }

  /** The time is up. */
  disturb(): void {
    this.#waiter?.end()
  }

  leave(): void {
    this.#isGone = true
    this.#waiter?.end()
  }

  isDone(): boolean {
    return (
      this.ended ||
      this.rooms.every(({ subscription, start, events }) => (events.at(-1)?.seq ?? start) === this.#headOf(subscription.log))
    )
  }

  #take(page: EventPage | CombinedEventPage): void {
    for (const event of page.events) {
      const room = this.rooms.find(({ subscription }) => subscription.room === event.room)
      const before = room?.events.at(-1)?.seq ?? room?.start ?? 0
      if (event.seq !== before + 1) this.faults.push(`${event.seq} after ${before} on a page of ${event.room}`)
      room?.events.push(event)
    }
    for (const { subscription, start, events } of this.rooms) {
      const cursor = 'cursor' in page ? page.cursor : page.cursors[subscription.room]
      const last = events.at(-1)?.seq ?? start
      if (cursor?.split('.')[1] !== `${last}`) this.faults.push(`cursor ${cursor} after ${last} in ${subscription.room}`)
    }
    this.#received()
  }
}
