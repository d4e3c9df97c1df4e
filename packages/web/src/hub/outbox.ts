import { type ChatClient, ConnectionError, ProblemError, UnexpectedAnswer } from '@tertulia/client'
import type { Message } from '@tertulia/protocol'
import type { FromHub, Outgoing } from './messages.ts'
import type { OutboxStore } from './outbox-store.ts'
import { Pause } from './pause.ts'

const waitMsFirst = 500
const waitMsMax = 15_000
/** A key is remembered for a day: a text that has waited for longer is sent only if somebody asks for it. */
const keyMs = 23 * 60 * 60 * 1000

export interface OutboxOptions {
  tell: (message: FromHub) => void
  now: () => number
  /** The token counts no more. */
  onSignedOut: () => void
}

/** What was written and is not confirmed yet: it sends one text after the other, each until the server has it. */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #pause = new Pause()
  #client: Pick<ChatClient, 'messages'> | undefined
  #store: OutboxStore | undefined
  #texts: Outgoing[] = []
  #draining = false

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** Somebody has signed in: what they wrote before goes on. */
  async open(client: Pick<ChatClient, 'messages'>, store: OutboxStore): Promise<void> {
    this.#client = client
    this.#store = store
    this.#texts = []
    this.hurry()
    const kept = await store.all()
    if (this.#store !== store) return
    const written = new Set(this.#texts.map(({ key }) => key))
    const older = kept.filter(({ key }) => !written.has(key)).map((outgoing) => this.#afresh(outgoing))
    this.#texts = [...older, ...this.#texts]
    this.tell()
    void this.#drain()
  }

  /** Nothing is sent until somebody signs in. What they have written stays. */
  close(): void {
    this.#client = undefined
    this.hurry()
  }

  /** Who leaves leaves nothing behind. */
  clear(): void {
    this.#texts = []
    void this.#store?.clear()
    this.#store = undefined
  }

  async send(outgoing: Outgoing): Promise<void> {
    this.#texts = [...this.#texts, outgoing]
    this.tell()
    await this.#store?.put(outgoing)
    void this.#drain()
  }

  /** Send after all what was refused. */
  retry(key: string): void {
    const outgoing = this.#find(key)
    if (outgoing?.state !== 'refused') return
    // Its key is for a day only: what is older is a new text.
    const isOld = this.#options.now() - outgoing.atMs > keyMs
    void this.#store?.delete(key)
    const again: Outgoing = {
      ...outgoing,
      state: 'waiting',
      key: isOld ? `${key}.again` : key,
      atMs: isOld ? this.#options.now() : outgoing.atMs
    }
    delete again.why
    delete again.code
    this.#texts = this.#texts.map((one) => (one.key === key ? again : one))
    void this.#store?.put(again)
    this.tell()
    void this.#drain()
  }

  discard(key: string): void {
    this.#texts = this.#texts.filter((one) => one.key !== key)
    void this.#store?.delete(key)
    this.tell()
  }

  /** There is a connection: what waits for one goes now. */
  hurry(): void {
    this.#pause.cut()
  }

  /**
   * A message of one's own has come, whose event carries no key: the oldest text under way that says the same is the one.
   * @returns its key; undefined: it was written elsewhere
   */
  adopt({ room, text }: Message): string | undefined {
    const own = this.#texts.find((one) => one.state === 'sending' && !one.adopted && one.room === room && one.text === text)
    if (own) own.adopted = true
    return own?.key
  }

  tell(): void {
    this.#options.tell({ kind: 'outbox', outbox: this.#texts.map((one) => ({ ...one })) })
  }

  /** As it is after a restart: nothing is under way, and what is too old for its key waits for a word. */
  #afresh(outgoing: Outgoing): Outgoing {
    if (outgoing.state === 'refused') return outgoing
    if (this.#options.now() - outgoing.atMs > keyMs) return { ...outgoing, state: 'refused', why: 'too-old' }
    return { ...outgoing, state: 'waiting', adopted: false }
  }

  #find(key: string): Outgoing | undefined {
    return this.#texts.find((one) => one.key === key)
  }

  /** One at a time, so that they arrive in the order in which they were written. */
  async #drain(): Promise<void> {
    if (this.#draining) return
    this.#draining = true
    try {
      for (let failures = 0; ; ) {
        const next = this.#texts.find(({ state }) => state !== 'refused')
        const client = this.#client
        if (!next || !client) return
        this.#change(next, { state: 'sending' })
        try {
          const { key, room, text } = next
          const message = await client.messages.post(room, { text }, { idempotencyKey: key, retry: false })
          failures = 0
          this.#texts = this.#texts.filter((one) => one.key !== key)
          this.#options.tell({ kind: 'sent', key, message })
          this.tell()
          await this.#store?.delete(key)
        } catch (error) {
          // Somebody has signed in again meanwhile: it goes on with their token.
          if (this.#client !== client) continue
          const wait = waitAfter(error, failures++)
          if (wait === undefined) {
            if (error instanceof ProblemError && error.status === 401) return this.#options.onSignedOut()
            const refused = this.#change(next, { state: 'refused', ...reasonOf(error), adopted: false })
            if (refused) await this.#store?.put(refused)
          } else {
            this.#change(next, { state: 'waiting' })
            await this.#pause.take(wait)
          }
        }
      }
    } finally {
      this.#draining = false
    }
  }

  /** In place, because its event may come at any time. */
  #change(outgoing: Outgoing, change: Partial<Outgoing>): Outgoing | undefined {
    const one = this.#find(outgoing.key)
    if (one) Object.assign(one, change)
    this.tell()
    return one
  }
}

const reasonOf = (error: unknown): Pick<Outgoing, 'why' | 'code'> =>
  error instanceof ProblemError ? { why: error.message, code: error.code } : { why: String(error) }

/** How long to wait before a text is sent again, in ms; undefined: it was refused. */
function waitAfter(error: unknown, failures: number): number | undefined {
  const backoff = Math.min(waitMsMax, waitMsFirst * 2 ** Math.min(failures, 10))
  // The page of a hotel's network is no answer either.
  if (error instanceof ConnectionError || error instanceof UnexpectedAnswer) return backoff
  if (!(error instanceof ProblemError)) return undefined
  const passes = error.status >= 500 || error.status === 429 || error.status === 408
  return passes ? Math.max(backoff, error.retryAfterMs ?? 0) : undefined
}
