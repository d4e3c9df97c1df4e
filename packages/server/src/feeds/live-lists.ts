import type { LogEvent, PresenceNote, RoomsNote } from '@tertulia/protocol'
import { Breather } from './breather.ts'
import { LiveList } from './live-list.ts'
import type { EventEncoder, Subscriber } from './subscriber.ts'

export interface LiveListsOptions {
  /** To how many streams a round writes before it looks whether others should have a turn. */
  slice: number
  /** For how long it may go on until they have one. */
  budgetMs: number
}

/** What is sent at once to all who are live. */
export interface Round {
  /** A note comes first: whom an event shuts out is not told what comes after it. */
  note: PresenceNote | RoomsNote | undefined
  events: readonly LogEvent[]
  /** Number of the last event, of these or of those before. */
  seq: number
  /** Others wait already. */
  more: boolean
}

/** The live subscribers of a feed, by their format: all of one are written the same Buffer. */
export class LiveLists {
  readonly #options: LiveListsOptions
  readonly #lists = new Map<EventEncoder, LiveList>()

  constructor(options: LiveListsOptions) {
    this.#options = options
  }

  join(subscriber: Subscriber): void {
    this.#of(subscriber).join(subscriber)
  }

  leave(subscriber: Subscriber): void {
    this.#of(subscriber).leave(subscriber)
  }

  /** Only to those that are live now: who joins meanwhile has seen these events. */
  async write({ note, events, seq, more }: Round): Promise<void> {
    const json = events.map((event) => JSON.stringify(event))
    const lists = [...this.#lists].filter(([encoder, list]) => list.length > 0 && (events.length > 0 || encoder.note))
    const parts = lists.map(([encoder, list]) => {
      const bytes: Buffer[] = []
      if (note && encoder.note) bytes.push(encoder.note(note))
      if (events.length > 0) bytes.push(encoder.frames(events, json, more))
      const [only = Buffer.alloc(0)] = bytes
      const part = { seq, count: events.length, bytes: bytes.length > 1 ? Buffer.concat(bytes) : only }
      return { list, length: list.beginRound(part), part }
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

  #of({ stream }: Subscriber): LiveList {
    const list = this.#lists.get(stream.encoder) ?? new LiveList()
    this.#lists.set(stream.encoder, list)
    return list
  }
}
