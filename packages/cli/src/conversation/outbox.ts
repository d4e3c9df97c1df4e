import { ConnectionError, newIdempotencyKey, ProblemError } from '@tertulia/client'
import type { Message } from '@tertulia/protocol'

/** A text on its way. Its key makes sure that it is said once, however often it is tried. */
export interface Outgoing {
  text: string
  key: string
  /** Where on the terminal it was entered. */
  row: number
  /** It was announced as waiting: when it is sent, the whole message is to be shown. */
  waited: boolean
}

export interface OutboxListener {
  post(outgoing: Outgoing): Promise<Message>
  sent(outgoing: Outgoing, message: Message): void
  waits(outgoing: Outgoing, position: number): void
  /** The server wants it later. */
  delayed(problem: ProblemError, ms: number): void
  refused(outgoing: Outgoing, error: unknown): void
}

const retryMs = 2_000

/** Sends texts one after the other, in their order, and keeps them while there is no connection. */
export class Outbox {
  readonly #listener: OutboxListener
  readonly #queue: Outgoing[] = []
  #online = true
  #working: Promise<void> | undefined
  #wake = () => {}

  constructor(listener: OutboxListener) {
    this.#listener = listener
  }

  /** What has not been sent yet, as far as is known, in its order. */
  get unsent(): readonly Outgoing[] {
    return this.#queue
  }

  add(text: string, row: number): void {
    this.#queue.push({ text, key: newIdempotencyKey(), row, waited: false })
    if (!this.#online || this.#queue[0]?.waited) this.#announce()
    this.#working ??= this.#work()
  }

  /** No connection: keep everything. */
  pause(): void {
    this.#online = false
  }

  resume(): void {
    this.#online = true
    this.#wake()
  }

  /** When everything is sent or refused, or after so many ms. */
  async settled(withinMs: number): Promise<void> {
    if (!this.#online) return
    await Promise.race([this.#working, later(withinMs)])
  }

  async #work(): Promise<void> {
    for (let first = this.#queue[0]; first; first = this.#queue[0]) {
      if (this.#online) {
        await this.#attempt(first)
      } else {
        this.#announce()
        await new Promise<void>((resolve) => this.#wakeBy(resolve))
      }
    }
    this.#working = undefined
  }

  async #attempt(outgoing: Outgoing): Promise<void> {
    try {
      const message = await this.#listener.post(outgoing)
      this.#queue.shift()
      this.#listener.sent(outgoing, message)
    } catch (error) {
      if (error instanceof ConnectionError) {
        this.#announce()
        await this.#pause(retryMs)
      } else if (error instanceof ProblemError && (error.status === 429 || error.status === 503)) {
        const ms = error.retryAfterMs ?? retryMs
        this.#listener.delayed(error, ms)
        await this.#pause(ms)
      } else {
        this.#queue.shift()
        this.#listener.refused(outgoing, error)
      }
    }
  }

  /** Without a connection everything waits, and each text is told once. */
  #announce(): void {
    for (const [at, outgoing] of this.#queue.entries()) {
      if (outgoing.waited) continue
      outgoing.waited = true
      this.#listener.waits(outgoing, at + 1)
    }
  }

  /** Until the time is over or the connection is back. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wakeBy(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  #wakeBy(wake: () => void): void {
    this.#wake = wake
  }
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref())
