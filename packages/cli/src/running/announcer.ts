import { isInDoubt } from '@tertulia/client'
import { Interrupted } from '../failing/interruption.ts'

export interface PostCall {
  timeoutMs: number
  /** The server has answered before. */
  reached: boolean
  signal: AbortSignal
}

export interface AnnouncerOptions {
  /** Send one message. Tries again within its time, without sending it twice. */
  post(text: string, call: PostCall): Promise<unknown>
  /** A message was not sent, or perhaps not: a sentence, and what was thrown. */
  tell(what: string, error?: unknown): Promise<void>
  /** For each message, and for all that is left to do when the command has ended. */
  limitMs: number
}

/** Tells a room how a command goes, which neither waits for it nor fails with it. */
export class Announcer {
  readonly #options: AnnouncerOptions
  readonly #over = new AbortController()
  /** Whether the server has been reached; undefined: that is not known yet. */
  #reached: boolean | undefined
  #hasEnded = false
  #start: Promise<void> = Promise.resolve()
  /** Why a message was not sent. */
  #said: string | undefined

  constructor(options: AnnouncerOptions) {
    this.#options = options
  }

  /** The command goes on meanwhile. */
  started(text: string): void {
    this.#start = this.#send(text, this.#options.limitMs, 'The start')
  }

  /**
   * When this has been sent, after what was sent before, or cannot be.
   * @param signal  nobody wants to wait any longer
   */
  async ended(text: string, signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#over.abort(signal.reason), { once: true })
    this.#hasEnded = true
    const { limitMs, tell } = this.#options
    const endedAt = performance.now()
    const waits = this.#reached === undefined
    await this.#start
    const leftMs = waits ? Math.floor((limitMs - (performance.now() - endedAt)) / 1_000) * 1_000 : limitMs
    if (leftMs > 0 && !signal.aborted) await this.#send(text, leftMs, 'The outcome')
    else await tell('The outcome was not posted.')
  }

  async #send(text: string, timeoutMs: number, which: string): Promise<void> {
    const call = { timeoutMs, reached: this.#reached === true, signal: this.#over.signal }
    try {
      await this.#options.post(text, call)
      this.#reached = true
    } catch (error) {
      this.#reached ??= false
      const meanwhile = this.#hasEnded ? '' : '; the command runs on'
      const isLost = error instanceof Interrupted || isInDoubt(error)
      const what = `${which} ${isLost ? 'may or may not have been' : 'was not'} posted${meanwhile}.`
      if (error instanceof Interrupted) await this.#options.tell(what)
      else if (this.#saidBefore(error) && !isLost) await this.#options.tell(`${which} was not posted either${meanwhile}.`)
      else await this.#options.tell(what, error)
    }
  }

  #saidBefore(error: unknown): boolean {
    const said = error instanceof Error ? error.message : String(error)
    const again = said === this.#said
    this.#said = said
    return again
  }
}
