import type { Socket } from 'node:net'
import { formatCursor, type LogEvent, ownLogName, type StreamNote } from '@tertulia/protocol'
import { bytesSent } from '../connections/bytes-sent.ts'
import { cut } from '../connections/cut.ts'
import type { ConnectionEnds } from '../connections/kernel-table.ts'
import type { Feeds } from '../feeds/feeds.ts'
import type { Carrier, Reader, Subscriber, Subscription } from '../feeds/subscriber.ts'
import type { Turns } from '../feeds/turns.ts'
import type { StreamEncoder } from './encoders.ts'
import type { SlowStream, Unread } from './unread.ts'

/** What all streams of this node have in common. */
export interface StreamContext {
  feeds: Feeds
  epoch: string
  /** Where they wait for their turn to catch up. */
  turns: Turns<{ catchUp(): Promise<void> }>
  /** Bytes waiting to be sent from which on a reader is slow. */
  queuedBytesMax: number
  /** Called whenever a live stream falls behind. */
  onDemoted: () => void
  /** Called with how many bytes more have left for a reader. */
  onSent: (bytes: number) => void
  /** Called once for each stream, when its connection has been given back or lost. */
  onClose: (stream: Stream) => void
}

const nothing = () => {}

/** What a stream needs of the connection it took over. */
export type StreamSocket = ConnectionEnds &
  Pick<Socket, 'write' | 'uncork' | 'destroy' | 'destroyed' | 'off' | 'writableLength' | 'writableNeedDrain' | 'bytesWritten'>

/** Ends the answer, when all has been said. */
export type Finish = (socket: StreamSocket) => void

/** One connected reader: it carries the frames of one subscriber for each room it follows, and ends once. */
export class Stream implements Carrier, SlowStream {
  readonly socket: StreamSocket
  readonly encoder: StreamEncoder
  readonly reader: Reader
  /** One number more than the stream before it: spreads what is done for each from time to time. */
  number = 0
  /** Called when its connection has been given back or lost. */
  onClosed: () => void = nothing
  /** When it is told to come back, on the clock of `performance.now()`. */
  endsAt = Infinity
  /** For how many looks in a row something has waited for its reader all the time. */
  slowFor = 0
  readonly #context: StreamContext
  readonly #finish: Finish
  readonly #subscribers: readonly Subscriber[]
  /** What is queued must leave before it may catch up. */
  #waiting = false
  #catchingUp = false
  #ended = false
  /** Whose turn it is to catch up. */
  #next = 0
  /** What its connection had carried before. */
  readonly #sentBefore: number
  #bytesWritten = 0
  #bytesSent = 0
  /** Of the page that its reader has to take first. */
  #pageBytes = 0

  /** @param finish  called once, when all has been said */
  constructor(
    context: StreamContext,
    socket: StreamSocket,
    finish: Finish,
    encoder: StreamEncoder,
    reader: Reader,
    subscriptions: readonly Subscription[]
  ) {
    this.socket = socket
    this.#sentBefore = bytesSent(socket)
    this.encoder = encoder
    this.reader = reader
    this.#context = context
    this.#finish = finish
    this.#subscribers = subscriptions.map((subscription) => context.feeds.subscribe(this, subscription))
    this.wake()
  }

  /** Names of the rooms it follows. */
  get rooms(): string[] {
    return this.#subscribers.map(({ subscription }) => subscription.room)
  }

  /** How many events its reader is not sent yet of the room that it is furthest behind in; undefined: it is live in all of them. */
  get lag(): number | undefined {
    let most: number | undefined
    for (const { state, cursor, feed } of this.#subscribers) {
      if (state === 'behind') most = Math.max(most ?? 0, feed.head - cursor)
    }
    return most
  }

  /**
   * Tell how many bytes more of what it wrote have left. A connection that is gone cannot be asked any more: of what was queued when
   * it was cut, only what had left by the last time is counted.
   */
  countSent(): void {
    const { destroyed, writableLength } = this.socket
    if (destroyed) return
    const left = writableLength === 0 ? this.#bytesWritten : bytesSent(this.socket) - this.#sentBefore
    const more = Math.min(left, this.#bytesWritten) - this.#bytesSent
    if (more <= 0) return
    this.#bytesSent += more
    this.#context.onSent(more)
  }

  /** Look whether its reader is slow. @returns bytes that wait for one who is */
  lookAtReader(): number {
    const { writableNeedDrain, writableLength } = this.socket
    this.slowFor = writableNeedDrain ? this.slowFor + 1 : 0
    return writableNeedDrain ? writableLength : 0
  }

  get unread(): Unread {
    const { writableLength } = this.socket
    const [{ rounds, roundsEnd, isLive } = {}] = this.#subscribers
    // What is encrypted is a copy, and with several rooms it is not told apart which of their rounds wait.
    if (!rounds || this.#subscribers.length > 1 || 'encrypted' in this.socket) return { ownBytes: writableLength }
    const ownBytes = Math.min(this.#pageBytes, writableLength)
    const to = isLive ? rounds.bytes : (roundsEnd ?? 0)
    return { ownBytes, shared: { rounds, from: to - (writableLength - ownBytes), to } }
  }

  hasRoomFor(): boolean {
    // Where no drain is to be expected there is nothing to wait for, however low the limit.
    return this.socket.writableLength <= this.#context.queuedBytesMax || !this.socket.writableNeedDrain
  }

  /** @returns whether more may follow at once */
  write(bytes: Buffer): boolean {
    const hasRoom = this.socket.write(bytes)
    this.#bytesWritten += bytes.length
    if (this.socket.writableLength === 0) this.countSent()
    return hasRoom
  }

  fellBehind(): void {
    this.#waiting = true
    this.#context.onDemoted()
  }

  /** Everything queued has left. */
  drained(): void {
    this.#waiting = false
    this.#pageBytes = 0
    this.slowFor = 0
    this.wake()
  }

  wake(): void {
    this.#context.turns.add(this)
  }

  /** Bring one subscriber that is not live one step further: it begins, or joins the live ones, or reads a page. */
  async catchUp(): Promise<void> {
    if (this.#ended || this.#waiting || this.#catchingUp) return
    const subscriber = this.#nextOne()
    if (!subscriber) return
    this.#catchingUp = true
    try {
      if (subscriber.state === 'starting') await this.#begin(subscriber)
      else if (!this.#admit(subscriber)) await this.#page(subscriber)
    } catch (error) {
      this.#context.feeds.onError(error)
      this.end()
    }
    this.socket.uncork()
    if (this.socket.writableLength === 0) this.countSent()
    this.#catchingUp = false
    this.wake()
  }

  /** Say something, if there is something to say, and end: from here on no feed writes to this stream. */
  end(note?: StreamNote): void {
    if (this.#ended) return
    if (note) this.write(this.encoder.note(note))
    this.socket.uncork()
    this.#leave()
    this.#finish(this.socket)
  }

  /** The connection was given back or lost. */
  closed(): void {
    this.countSent()
    this.#leave()
    this.#context.onClose(this)
  }

  destroy(): void {
    this.socket.destroy()
  }

  /** End it at once, with all that waits for its reader. */
  cut(): void {
    cut(this.socket)
  }

  /** Show that the stream lives. */
  beat(): void {
    if (!this.#ended && !this.socket.writableNeedDrain) this.write(this.encoder.heartbeat)
  }

  /** The next subscriber that can take a step, each in its turn. */
  #nextOne(): Subscriber | undefined {
    for (let tried = 0; tried < this.#subscribers.length; tried++) {
      const subscriber = this.#subscribers[this.#next++ % this.#subscribers.length] as Subscriber
      if (!subscriber.isIdle) return subscriber
    }
    return undefined
  }

  async #begin(subscriber: Subscriber): Promise<void> {
    const allowed = await subscriber.feed.begin(subscriber)
    if (this.#ended) return
    if (allowed) {
      this.#say('ready', subscriber, subscriber.cursor)
      this.#admit(subscriber) // where it has missed nothing
    } else this.end()
  }

  async #page(subscriber: Subscriber): Promise<void> {
    const events = await subscriber.feed.page(subscriber.cursor)
    // Fallen behind elsewhere meanwhile: the page is read again when there is room for it.
    if (this.#ended || this.#waiting) return
    if (events[0]?.seq !== subscriber.cursor + 1) {
      this.end(this.#note('reset', subscriber, subscriber.feed.head))
      return
    }
    subscriber.cursor = (events.at(-1) as LogEvent).seq
    const json = events.map((event) => JSON.stringify(event))
    const page = this.encoder.frames(events, json, false)
    this.#waiting = !this.write(page)
    if (this.#waiting) this.#pageBytes = page.length
    this.#admit(subscriber)
  }

  #admit(subscriber: Subscriber): boolean {
    if (!subscriber.feed.admit(subscriber)) return false
    if (!subscriber.isLive) return true
    if (subscriber.synced) this.#tellMissedNotes(subscriber.subscription)
    else {
      subscriber.synced = true
      this.#say('synced', subscriber, subscriber.cursor)
    }
    return true
  }

  /** While it was behind it was not told who came and went, or which rooms there are. */
  #tellMissedNotes({ room }: Subscription): void {
    const missed = { connected: [], disconnected: [], more: true }
    this.write(
      this.encoder.note(
        room === ownLogName ? { type: 'rooms', room, rooms: [], more: true } : { type: 'presence', room, ...missed }
      )
    )
  }

  #say(type: 'ready' | 'synced', subscriber: Subscriber, seq: number): void {
    this.write(this.encoder.note(this.#note(type, subscriber, seq)))
  }

  /** The one place that lets its feeds go, whether the client or the server ended first. */
  #leave(): void {
    if (this.#ended) return
    this.#ended = true
    for (const subscriber of this.#subscribers) this.#context.feeds.unsubscribe(subscriber)
  }

  #note(type: 'ready' | 'synced' | 'reset', { subscription }: Subscriber, seq: number): StreamNote {
    return { type, room: subscription.room, cursor: formatCursor(this.#context.epoch, seq) }
  }
}
