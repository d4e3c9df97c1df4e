import { ConnectionError, isInDoubt, newIdempotencyKey, ProblemError, UnexpectedAnswer } from '@tertulia/client'
import type { Message } from '@tertulia/protocol'
import { beforeSignal } from './before-signal.ts'

/** A text on its way. Its key makes sure that it is said once, however often it is tried. */
export interface Outgoing {
  room: string
  text: string
  key: string
  /** It was announced as waiting: when it is sent, the whole message is to be shown. */
  waited: boolean
  /** An attempt has begun, and nobody knows whether it has arrived. */
  inDoubt: boolean
}

export interface OutboxListener {
  /** Once; it fails as soon as the signal is given. */
  post(outgoing: Outgoing, signal: AbortSignal): Promise<Message>
  sent(outgoing: Outgoing, message: Message): void
  waits(outgoing: Outgoing, position: number): void
  /** The server wants it later. */
  delayed(problem: ProblemError, ms: number): void
  /** It is not tried again. */
  refused(outgoing: Outgoing, error: unknown): void
  /** The server knows us no longer: nothing can be sent any more, and what was not stays {@link Outbox.unsent}. */
  shutOut(error: ProblemError): void
}

const retryMs = 2_000

/** Sends texts one after the other, in their order, and keeps them while there is no connection. */
export class Outbox {
  readonly #listener: OutboxListener
  readonly #queue: Outgoing[] = []
  readonly #end = new AbortController()
  #online = true
  #closing = false
  #attempting = false
  #working: Promise<void> | undefined
  #wake = () => {}

  constructor(listener: OutboxListener) {
    this.#listener = listener
  }

  /** What has not been sent yet, as far as is known, in its order. */
  get unsent(): readonly Outgoing[] {
    return this.#queue
  }

  add(text: string, room: string): void {
    this.#queue.push({ room, text, key: newIdempotencyKey(), waited: false, inDoubt: false })
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

  /**
   * Wait until everything is sent or refused, but not for a connection, and not longer than until the signal. Then nothing leaves any
   * more; what is left is {@link unsent}.
   */
  async close(signal: AbortSignal): Promise<void> {
    this.#closing = true
    if (!this.#online) this.#wake()
    if (this.#online || this.#attempting) await beforeSignal(this.#working, signal)
    this.#end.abort()
    this.#wake()
  }

  async #work(): Promise<void> {
    for (let first = this.#queue[0]; first && !this.#end.signal.aborted; first = this.#queue[0]) {
      if (this.#online) {
        await this.#attempt(first)
      } else if (this.#closing) {
        break
      } else {
        this.#announce()
        await new Promise<void>((resolve) => this.#wakeBy(resolve))
      }
    }
    this.#working = undefined
  }

  async #attempt(outgoing: Outgoing): Promise<void> {
    const wasInDoubt = outgoing.inDoubt
    outgoing.inDoubt = true
    this.#attempting = true
    try {
      const message = await this.#listener.post(outgoing, this.#end.signal)
      this.#queue.shift()
      this.#listener.sent(outgoing, message)
      this.#attempting = false
    } catch (error) {
      this.#attempting = false
      if (this.#end.signal.aborted) return
      outgoing.inDoubt = wasInDoubt || isInDoubt(error)
      await this.#failed(outgoing, error)
    }
  }

  async #failed(outgoing: Outgoing, error: unknown): Promise<void> {
    if (error instanceof ConnectionError || error instanceof UnexpectedAnswer) {
      this.#announce()
      await this.#pause(retryMs)
    } else if (error instanceof ProblemError && isPassing(error)) {
      const ms = error.retryAfterMs ?? retryMs
      this.#listener.delayed(error, ms)
      await this.#pause(ms)
    } else if (error instanceof ProblemError && error.status === 401) {
      this.#online = false
      this.#closing = true
      this.#listener.shutOut(error)
    } else {
      this.#queue.shift()
      this.#listener.refused(outgoing, error)
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

/** A refusal for the moment: too many, a server that stops or is busy, a proxy that has lost it. */
const isPassing = ({ status }: ProblemError): boolean => status === 429 || (status >= 502 && status <= 504)
