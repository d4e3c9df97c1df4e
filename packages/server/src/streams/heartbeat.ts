import type { IncomingMessage } from 'node:http'
import { heartbeatMs as heartbeatMsDefault } from '@tertulia/protocol'
import { holdsUp } from '../connections/exchanges.ts'
import { lostPeers as lostPeersOfKernel, nameOf } from '../connections/kernel-table.ts'
import type { Reader } from '../feeds/subscriber.ts'
import { Turns } from '../feeds/turns.ts'
import type { Stream } from './stream.ts'
import { beyond } from './unread.ts'
import type { Waiter } from './waiter.ts'

export interface HeartbeatOptions {
  /** The open streams, and those who wait with their requests; the heartbeat never changes either. */
  streams: ReadonlySet<Stream>
  waiters: ReadonlyMap<Waiter, IncomingMessage>
  /** How often each stream shows that it is alive. Its token is checked three times as often. */
  heartbeatMs?: number | undefined
  /** Which connections have lost their other end. */
  lostPeers?: (() => Promise<ReadonlySet<string>>) | undefined
  /** Whether the credentials that opened a stream would still open it. */
  stillValid?: ((reader: Reader) => Promise<boolean>) | undefined
  /** Called for a stream that is old enough, for one whose reader may no longer read, and for a request that waits and may not any more. */
  onExpired: (one: Stream | Waiter) => void
  /** How much may wait for readers who are slow, in bytes, all streams together. */
  unreadBytesMax: number
  /** Called for each stream that has to be cut, because more waits than that. */
  onTooMuch: (stream: Stream) => void
  /** The credentials could not be checked. They are checked again soon. */
  onError: (error: unknown) => void
}

/**
 * Each tick serves some of the streams: a fifteenth of them shows life, and a fifth has its token checked.
 * Every third tick ends the streams and the waiting whose readers have vanished.
 */
const beatTicks = 15
const checkTicks = 5
const lostTicks = 3

/** One timer does for all streams what each needs from time to time. Work for many of them is spread over many turns. */
export class Heartbeat {
  readonly #options: HeartbeatOptions
  readonly #timer: NodeJS.Timeout
  readonly #beats = new Turns<Stream>((stream) => stream.beat())
  readonly #checks = new Turns<Stream | Waiter>((one) => this.#check(one))
  #ticks = 0

  constructor(options: HeartbeatOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#tick(), (options.heartbeatMs ?? heartbeatMsDefault) / beatTicks).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    const { streams, waiters, unreadBytesMax, onTooMuch, onExpired } = this.#options
    this.#ticks++
    const now = performance.now()
    let unreadBytes = 0
    for (const stream of streams) {
      stream.countSent()
      unreadBytes += stream.lookAtReader()
      const turn = this.#ticks + stream.number
      if (turn % beatTicks === 0) this.#beats.add(stream)
      if (turn % checkTicks === 0) this.#checks.add(stream)
      if (now >= stream.endsAt) onExpired(stream)
    }
    if (unreadBytes > unreadBytesMax) for (const stream of beyond(streams, unreadBytesMax)) onTooMuch(stream)
    if (this.#ticks % lostTicks === 0 && streams.size + waiters.size > 0) void this.#dropLost()
    for (const [waiter, request] of waiters) {
      if (holdsUp(request)) onExpired(waiter)
      if ((this.#ticks + waiter.number) % checkTicks === 0) this.#checks.add(waiter)
    }
  }

  async #dropLost(): Promise<void> {
    const { streams, waiters, lostPeers = lostPeersOfKernel } = this.#options
    const lost = await lostPeers()
    if (lost.size === 0) return
    for (const stream of streams) if (lost.has(nameOf(stream.socket))) stream.destroy()
    // What TLS sends by itself may be under way to one that waits, too.
    for (const { socket } of waiters.values()) if (lost.has(nameOf(socket))) socket.destroy()
  }

  async #check(one: Stream | Waiter): Promise<void> {
    const { stillValid, onExpired, onError } = this.#options
    try {
      if ((await stillValid?.(one.reader)) === false) onExpired(one)
    } catch (error) {
      onError(error)
    }
  }
}
