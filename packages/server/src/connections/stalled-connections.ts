import { Socket } from 'node:net'
import { bytesSent } from './bytes-sent.ts'
import { cut } from './cut.ts'
import { nameOf, sendQueues as sendQueuesOfKernel } from './kernel-table.ts'

/** How long nothing may leave while something waits. */
const stalledMs = 60_000
/** How often each is looked at within that time; a stalled one is cut a sixth of that time late at most. */
const looks = 12

/** With each connection that comes, so many others are looked at in turn, and let go if they have closed. */
const lookedAt = 2

interface Watched {
  /** What had left for the kernel at the last look. */
  sent: number
  /** What of that the kernel still had to send, where it tells. */
  queued?: number | undefined
  /** For how many looks both have been the same. */
  still: number
}

/**
 * Cuts connections whose readers take nothing, because what waits for them is held in memory. One timer serves all of them.
 * The kernel takes new bytes in steps, of a megabyte and more: where it tells how many it still has to send, a reader who has not
 * emptied such a step within a minute is seen to read all the same.
 * Time is counted in looks: a process that was itself stopped for a while gave nobody a chance to read.
 */
export class StalledConnections {
  readonly #watched = new Map<Socket, Watched>()
  #inTurn = this.#watched.keys()
  readonly #onCut: () => void
  readonly #sendQueues: () => Promise<ReadonlyMap<string, number>>
  readonly #timer: NodeJS.Timeout

  /** @param onCut  one was cut */
  constructor(onCut: () => void, sendQueues: () => Promise<ReadonlyMap<string, number>> = sendQueuesOfKernel) {
    this.#onCut = onCut
    this.#sendQueues = sendQueues
    this.#timer = setInterval(() => this.#look(), stalledMs / looks).unref()
  }

  /**
   * Watch a connection until it closes. That is seen at a look, or as others come: a listener on each would weigh more than all else
   * that is kept of it. Asking again changes nothing, and what is no connection (a test's, HTTP/2) is ignored.
   */
  watch(socket: unknown): void {
    if (!(socket instanceof Socket) || this.#watched.has(socket) || socket.destroyed) return
    this.#watched.set(socket, { sent: 0, still: 0 })
    for (let looked = 0; looked < lookedAt; looked++) this.#letGoOfNext()
  }

  /** Connections that are watched, and some that have closed since the last look. */
  get size(): number {
    return this.#watched.size
  }

  #letGoOfNext(): void {
    const { value, done } = this.#inTurn.next()
    if (done) this.#inTurn = this.#watched.keys()
    else if (value.destroyed) this.#watched.delete(value)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    let anyStill = false
    for (const [socket, seen] of this.#watched) {
      if (socket.destroyed) {
        this.#watched.delete(socket)
        continue
      }
      const sent = bytesSent(socket)
      if (socket.writableLength === 0 || sent !== seen.sent) {
        seen.sent = sent
        seen.queued = undefined
        seen.still = 0
        continue
      }
      seen.still++
      anyStill = true
      if (seen.still < looks) continue
      this.#onCut()
      cut(socket)
    }
    // An iterator holds what was in the map when it was last asked, closed connections too.
    this.#inTurn = this.#watched.keys()
    if (anyStill) void this.#askKernel()
  }

  async #askKernel(): Promise<void> {
    const queues = await this.#sendQueues()
    for (const [socket, seen] of this.#watched) {
      if (seen.still === 0) continue
      const queued = queues.get(nameOf(socket))
      if (seen.queued !== undefined && queued !== seen.queued) seen.still = 0
      seen.queued = queued
    }
  }
}
