import {
  type After,
  type CombinedEventPage,
  type Cursor,
  type EventPage,
  formatCursor,
  type LogEvent,
  messageOf,
  ownLogName,
  pageBytesMax,
  parseAfter
} from '@tertulia/protocol'
import type { Subscription } from '../feeds/subscriber.ts'
import type { Extent, PageBounds, StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import { ChatError } from './chat-error.ts'
import { inEachRoom } from './in-each-room.ts'
import { roomNotFound } from './refusals.ts'
import type { RoomService } from './rooms.ts'
import { outsideToken } from './token-scope.ts'
import type { Credentials } from './users.ts'

/** A room to follow, or the reader's own log by {@link ownLogName}, and after what, as the reader wrote it: `0`, `now` or `<epoch>.<seq>`. */
export interface Wanted {
  room: string
  after: string
}

export class EventService {
  readonly #store: Store
  readonly #rooms: RoomService

  constructor({ store, rooms }: { store: Store; rooms: RoomService }) {
    this.#store = store
    this.#rooms = rooms
  }

  /**
   * Where in a room's log a reader goes on.
   * @throws ChatError cursor-invalid; room-not-found; cursor-expired, with the head of the log, when what follows is not there
   */
  async subscription(reader: StoredUser, wanted: Wanted): Promise<Subscription> {
    const found = await this.#rooms.find(reader, wanted.room)
    return this.#place(found.log, found, wanted)
  }

  #place(log: number, { firstSeq, head }: Extent, { room, after: text }: Wanted): Subscription {
    const after = readAfter(text)
    if (after === 'now') return { log, room, after: head }
    if (after === 'beginning') {
      // What is left of a room's log does not say who was there before: its reader is told. Of a user's own log nobody expects more.
      if (room !== ownLogName && firstSeq > 1) throw this.#expired(room, { epoch: this.#store.epoch, seq: 0 }, head)
      return { log, room, after: firstSeq - 1 }
    }
    const isHere = after.epoch === this.#store.epoch && after.seq >= firstSeq - 1 && after.seq <= head
    if (!isHere) throw this.#expired(room, after, head)
    return { log, room, after: after.seq }
  }

  /**
   * The same in several rooms, and in the reader's own log. What is wrong in any of them refuses all.
   * @throws ChatError token-scope besides, for what the reader's token is not for: one that is bound to rooms is not for their own log
   */
  subscriptions(reader: Credentials, wanted: readonly Wanted[]): Promise<Subscription[]> {
    return inEachRoom(wanted, async (one) => {
      if (one.room === ownLogName) {
        const log = await this.#ownLog(reader)
        return this.#place(log, await this.#extent(log), one)
      }
      await this.#rooms.checkToken(reader, one.room)
      return this.subscription(reader.user, one)
    })
  }

  async #ownLog({ user, token }: Credentials): Promise<number> {
    const bound = token?.rooms ?? null
    if (bound !== null) throw outsideToken(bound, ownLogName)
    const log = await this.#store.ownLog(user.id)
    if (log === undefined) throw roomNotFound(ownLogName) // they leave for ever at this moment
    return log
  }

  /**
   * What comes next in a room: `limit` events at most.
   * @throws ChatError room-not-found, also when the reader may no longer read the room; cursor-expired
   */
  async page(reader: StoredUser, subscription: Subscription, limit: number): Promise<EventPage> {
    const { events, seq, more } = await this.#read(reader, subscription, { limit, bytes: pageBytesMax })
    return { events, cursor: formatCursor(this.#store.epoch, seq), more }
  }

  /** What comes next in several rooms: `limit` events at most. Each room has its share, plus what earlier rooms left of theirs. */
  async combinedPage(reader: StoredUser, subscriptions: readonly Subscription[], limit: number): Promise<CombinedEventPage> {
    const page: CombinedEventPage = { events: [], cursors: {}, more: false }
    let bytes = pageBytesMax
    let rooms = subscriptions.length
    await inEachRoom(subscriptions, async (subscription) => {
      const share = { limit: Math.ceil((limit - page.events.length) / rooms), bytes: Math.max(0, bytes / rooms) }
      const { events, seq, more } = await this.#read(reader, subscription, share)
      rooms--
      bytes -= textBytes(events)
      page.events.push(...events)
      page.cursors[subscription.room] = formatCursor(this.#store.epoch, seq)
      page.more ||= more
    })
    return page
  }

  async #read(reader: StoredUser, { log, room, after }: Subscription, bounds: PageBounds) {
    const { firstSeq, head } = await this.#extent(log)
    const events = await this.#store.events(log, after, head, bounds)
    // Asked last: all that was read was there while the reader might read it.
    if (room !== ownLogName) await this.#rooms.find(reader, room)
    const next = after + 1
    if (firstSeq > next || (events[0]?.seq ?? next) !== next) {
      throw this.#expired(room, { epoch: this.#store.epoch, seq: after }, head)
    }
    const seq = events.at(-1)?.seq ?? after
    return { events, seq, more: seq < head }
  }

  async #extent(log: number): Promise<Extent> {
    return (await this.#store.extents([log])).get(log) ?? { firstSeq: 1, head: 0 }
  }

  #expired(room: string, { epoch, seq }: Cursor, head: number): ChatError {
    const cursor = formatCursor(this.#store.epoch, head)
    const why =
      epoch !== this.#store.epoch
        ? `The server went back to an older copy of ${room} (the cursor ${epoch}.${seq} belongs to another one)`
        : seq > head
          ? `${room} has not reached ${seq}; its last event is ${head}`
          : `The events after ${seq} in ${room} are no longer here`
    const what = room === ownLogName ? 'your rooms (GET /v1/rooms)' : 'the history'
    return new ChatError('cursor-expired', `${why}. Read ${what}, then follow from ${cursor}.`, { cursor })
  }
}

/**
 * After what a reader wants to go on.
 * @throws ChatError cursor-invalid
 */
export function readAfter(text: string): After {
  const after = parseAfter(text)
  if (after !== undefined) return after
  throw new ChatError(
    'cursor-invalid',
    `“${text}” is not a cursor. Send 0, now, or a cursor from this server, such as abcd1234.57.`
  )
}

/** The same in several rooms. */
export async function checkCursors(wanted: readonly Wanted[]): Promise<void> {
  await inEachRoom(wanted, async ({ after }) => readAfter(after))
}

const textBytes = (events: readonly LogEvent[]): number =>
  events.reduce((sum, event) => sum + Buffer.byteLength(messageOf(event)?.text ?? ''), 0)
