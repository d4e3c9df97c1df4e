import { ConnectionError } from './connection-error.ts'
import { timerMs } from './wait-limits.ts'

/** Aborts a connection on which nothing has arrived for too long. */
export class QuietAlarm {
  readonly #abort = new AbortController()
  readonly #timer: ReturnType<typeof setTimeout>
  readonly #quietMs: number
  #heardMs = performance.now()
  /** Not while the reader works on what it has got. */
  #listening = true

  constructor(quietMs: number, server: string) {
    this.#quietMs = quietMs
    const error = new ConnectionError('answer-timeout', new URL(server).origin, { seconds: quietMs / 1000 })
    this.#timer = setInterval(
      () => {
        if (this.#listening && performance.now() - this.#heardMs > this.#quietMs) this.#abort.abort(error)
      },
      timerMs(quietMs / 8)
    )
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  async *watch(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      this.#listening = false
      yield chunk
      this.#listening = true
      this.#heardMs = performance.now()
    }
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
