import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Breather } from '../feeds/breather.ts'
import type { Feeds } from '../feeds/feeds.ts'
import type { Reader, Subscription } from '../feeds/subscriber.ts'
import { Turns } from '../feeds/turns.ts'
import { afterStream, carriesStream, connect, letGo, sendHead } from './connection.ts'
import { pageEncoder, type StreamFormat, streamEncoders } from './encoders.ts'
import { Heartbeat, type HeartbeatOptions } from './heartbeat.ts'
import { Stream, type StreamContext } from './stream.ts'
import { Waiter, type WaiterContext } from './waiter.ts'

export type { Reader, Subscription } from '../feeds/subscriber.ts'
export type { StreamFormat } from './encoders.ts'

type Notice = (reader: Reader, rooms: readonly string[], here: number) => void

export interface StreamsOptions extends Pick<HeartbeatOptions, 'heartbeatMs' | 'lostPeers' | 'stillValid'> {
  feeds: Feeds
  epoch: string
  /** About how old a stream may become before it is told to come back; 0: it is never told. */
  streamAgeMs?: number
  /** Bytes waiting for a reader from which on it gets nothing more until they have left. */
  queuedBytesMax?: number
  /** How much may wait for all slow readers together, in bytes. Rounds that several wait for count once. */
  unreadBytesMax?: number
  /** How long streams may take to end when the server stops. */
  drainMs?: number
  /** `here`: how many users follow a room on this node, after the change. */
  onConnect?: Notice
  onDisconnect?: Notice
}

/**
 * Measured from 64 KiB to 4 MiB. Readers that keep up never notice it. Where each of a hundred pauses for a second now and then,
 * a quarter of this lets the server do a third less, since it reads more from the store, and four times as much gains a sixth.
 * Readers that freeze one after the other cost this much memory each; those that freeze together share it.
 */
const queuedBytesMaxDefault = 1024 * 1024

/** As much as all other answers together may hold, see `Backlog`. */
const unreadBytesMaxDefault = 128 * 1024 * 1024

/** When to come back: not all at once. */
const retryMs = () => 1_000 + Math.floor(Math.random() * 4_001)

const never = new Promise<never>(() => {})

/** How long to wait, and for what. */
export interface Patience {
  waitMs: number
  /** A round of more events is no answer; 0: none is. */
  eventsMax: number
}

/** Every open stream of this node, and every request that waits for events. */
export class Streams {
  readonly #options: StreamsOptions
  readonly #context: StreamContext & WaiterContext
  readonly #encoders: ReturnType<typeof streamEncoders>
  readonly #streams = new Set<Stream>()
  readonly #waiters = new Map<Waiter, IncomingMessage>()
  /** How many streams each user has open. */
  readonly #users = new Map<number, number>()
  readonly #heartbeat: Heartbeat
  /**
   * One round may answer many who wait: each goes on in its turn. What that costs comes after the call, and all counts; as much
   * again comes when the answers have been written.
   */
  readonly #answers = new Turns<() => void>((goOn) => {
    goOn()
    return never
  }, 1)
  #begun = 0
  #demotions = 0
  #cuts = 0
  #bytesSent = 0
  readonly #open: Record<StreamFormat, number> = { sse: 0, ndjson: 0 }
  #draining: Promise<void> | undefined
  #emptied = () => {}

  constructor(options: StreamsOptions) {
    this.#options = options
    this.#encoders = streamEncoders(options.epoch)
    this.#context = {
      feeds: options.feeds,
      epoch: options.epoch,
      turns: new Turns((each) => each.catchUp()),
      pageEncoder: pageEncoder(options.epoch),
      queuedBytesMax: options.queuedBytesMax ?? queuedBytesMaxDefault,
      onDemoted: () => this.#demotions++,
      onSent: (bytes) => {
        this.#bytesSent += bytes
      },
      onClose: (stream) => this.#remove(stream)
    }
    const { feeds, heartbeatMs, lostPeers, stillValid, unreadBytesMax = unreadBytesMaxDefault } = options
    this.#heartbeat = new Heartbeat({
      streams: this.#streams,
      waiters: this.#waiters,
      heartbeatMs,
      lostPeers,
      stillValid,
      unreadBytesMax,
      onTooMuch: (stream) => {
        this.#cuts++
        stream.cut()
      },
      onExpired: (one) => this.#sendAway(one),
      onError: (error) => feeds.onError(error)
    })
  }

  /** Take the connection over and follow these rooms until the client leaves or the server stops. HEAD gets the head alone. */
  follow(
    request: FastifyRequest,
    reply: FastifyReply,
    format: StreamFormat,
    reader: Reader,
    subscriptions: readonly Subscription[]
  ): void {
    const response = reply.hijack().raw
    const encoder = this.#encoders[format][request.raw.httpVersion === '1.1' ? 'chunked' : 'closeDelimited']
    if (request.method === 'HEAD') {
      sendHead(reply, encoder.contentType)
      response.end()
      return
    }
    const begin = (socket: Socket) => {
      // Gone before it began: nothing would ever tell that it ended.
      if (socket.destroyed || response.destroyed) return
      // Until its first step is done: what it begins with leaves in one piece.
      socket.cork()
      sendHead(reply, encoder.contentType)
      const opening = encoder.opening(retryMs())
      if (opening) socket.write(opening)
      const stream = new Stream(this.#context, socket, letGo(response, socket), encoder, reader, subscriptions)
      connect(stream, socket)
      this.#add(stream)
    }
    // A request that was sent before an earlier one was answered has no socket to write to until that is done.
    if (response.socket) begin(response.socket)
    else response.once('socket', begin)
  }

  /**
   * Hold a request until something comes in these rooms, the time is up, the client leaves or sends more than is read meanwhile, or the
   * server stops.
   * @returns the body of an event page that answers all who waited for the same; undefined: the page has to be read
   */
  async wait(
    response: ServerResponse,
    reader: Reader,
    subscriptions: readonly Subscription[],
    { waitMs, eventsMax }: Patience
  ): Promise<Buffer | undefined> {
    if (this.#draining !== undefined || response.destroyed) return undefined
    const waiter = new Waiter(this.#context, reader, subscriptions, eventsMax)
    waiter.number = this.#begun++
    this.#waiters.set(waiter, response.req)
    const end = () => waiter.end()
    const timer = setTimeout(end, waitMs)
    response.once('close', end)
    const body = await waiter.answer
    await new Promise<void>((goOn) => this.#answers.add(goOn))
    clearTimeout(timer)
    response.off('close', end)
    this.#waiters.delete(waiter)
    if (this.#isEmpty) this.#emptied()
    return body
  }

  /** For who watches over this node; `page`: requests that wait for one. */
  figures() {
    const open: Record<StreamFormat | 'page', number> = { ...this.#open, page: this.#waiters.size }
    let behind = 0
    let lagEvents = 0
    for (const { lag } of this.#streams) {
      if (lag === undefined) continue
      behind++
      lagEvents = Math.max(lagEvents, lag)
    }
    return { open, behind, lagEvents, demotions: this.#demotions, cuts: this.#cuts, bytesSent: this.#bytesSent }
  }

  get count(): number {
    return this.#streams.size
  }

  get #isEmpty(): boolean {
    return this.#streams.size === 0 && this.#waiters.size === 0
  }

  /** True while a stream owns this connection: nothing else may be written to it, so what else arrives on it ends it. */
  owns(socket: Socket): boolean {
    return carriesStream(socket)
  }

  /** Call `then` when the stream of this connection is over; at once, where it carries none. */
  afterStream(socket: Socket, then: () => void): void {
    afterStream(socket, then)
  }

  /**
   * Tell every stream when to come back, and end it; answer requests that wait. Resolves when all have ended, streams by force
   * if they linger.
   */
  drain(): Promise<void> {
    this.#draining ??= this.#drain()
    return this.#draining
  }

  async #drain(): Promise<void> {
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve
    })
    const breather = new Breather()
    for (const one of [...this.#waiters.keys(), ...this.#streams]) {
      if (breather.isDue) await breather.rest()
      this.#sendAway(one)
    }
    const grace = setTimeout(() => {
      for (const stream of this.#streams) stream.destroy()
    }, this.#options.drainMs ?? 1_000)
    if (!this.#isEmpty) await emptied
    clearTimeout(grace)
    this.#heartbeat.stop()
  }

  #add(stream: Stream): void {
    const { streamAgeMs = 0, onConnect } = this.#options
    stream.number = this.#begun++
    if (streamAgeMs > 0) stream.endsAt = performance.now() + streamAgeMs * (0.9 + 0.2 * Math.random())
    this.#streams.add(stream)
    this.#open[this.#formatOf(stream)]++
    this.#count(stream.reader, 1)
    onConnect?.(stream.reader, stream.rooms, this.#users.size)
    if (this.#draining !== undefined) this.#sendAway(stream)
  }

  #remove(stream: Stream): void {
    this.#streams.delete(stream)
    this.#open[this.#formatOf(stream)]--
    this.#count(stream.reader, -1)
    this.#options.onDisconnect?.(stream.reader, stream.rooms, this.#users.size)
    if (this.#isEmpty) this.#emptied()
  }

  #formatOf({ encoder }: Stream): StreamFormat {
    const { chunked, closeDelimited } = this.#encoders.sse
    return encoder === chunked || encoder === closeDelimited ? 'sse' : 'ndjson'
  }

  #count({ user }: Reader, change: 1 | -1): void {
    const count = (this.#users.get(user.id) ?? 0) + change
    if (count > 0) this.#users.set(user.id, count)
    else this.#users.delete(user.id)
  }

  /** A user has lost rights, and no event says so: let them come back and ask again, for whatever they have open. */
  recall(user: number): void {
    for (const one of [...this.#waiters.keys(), ...this.#streams]) if (one.reader.user.id === user) this.#sendAway(one)
  }

  /** A stream is told when to come back, and ends; a request that waits is answered. */
  #sendAway(one: Stream | Waiter): void {
    if (one instanceof Stream) one.end({ type: 'goodbye', retryMs: retryMs() })
    else one.end()
  }
}
