import { Socket } from 'node:net'
import { bytesSent } from './bytes-sent.ts'

/** How long nothing may leave while something waits. */
const stalledMs = 60_000
/** How often each is looked at within that time; a stalled one is cut a sixth of that time late at most. */
const looks = 12

/**
 * Cuts connections whose readers take nothing, because what waits for them is held in memory. One timer serves all of them.
 * Time is counted in looks: a process that was itself stopped for a while gave nobody a chance to read.
 */
export class StalledConnections {
  /** What had left each connection at the last look, and for how many looks that has been all. */
  readonly #watched = new Map<Socket, { sent: number; still: number }>()
  readonly #onCut: () => void
  readonly #timer: NodeJS.Timeout
  readonly #forget: (this: Socket) => void

  /** @param onCut  one was cut */
  constructor(onCut: () => void) {
    const watched = this.#watched
    this.#onCut = onCut
    this.#forget = function () {
      watched.delete(this)
    }
    this.#timer = setInterval(() => this.#look(), stalledMs / looks).unref()
  }

  /** Watch a connection until it closes. Asking again changes nothing, and what is no connection (a test's, HTTP/2) is ignored. */
  watch(socket: unknown): void {
    if (!(socket instanceof Socket) || this.#watched.has(socket) || socket.destroyed) return
    this.#watched.set(socket, { sent: 0, still: 0 })
    socket.once('close', this.#forget)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    for (const [socket, seen] of this.#watched) {
      if (socket.writableLength === 0) {
        seen.still = 0
        continue
      }
      const sent = bytesSent(socket)
      seen.still = sent === seen.sent ? seen.still + 1 : 0
      seen.sent = sent
      if (seen.still < looks) continue
      this.#onCut()
      cut(socket)
    }
  }
}

/** With a reset where that is possible: else the kernel would go on to hold what it has taken, for a reader who is gone for us. */
function cut(socket: Socket): void {
  try {
    socket.resetAndDestroy()
  } catch {
    socket.destroy() // TLS, and what is no TCP
  }
}
