import type { PresenceNote } from '@tertulia/protocol'
import { chat } from '../program.ts'

/** So many are called by their names. */
export const namedHereMax = 20
/** What the server tells without naming all, it tells everybody: not all are to ask at once. */
const askLaterMsMax = 30_000
const askSoonMs = 1_500

/** Who is connected, by name; not all of them where there are many. */
export interface Here {
  names: readonly string[]
  isAll: boolean
}

export interface PresenceListener {
  /** Our name: whether we are here, we know. */
  me: string
  ask(): Promise<Here>
  /** Somebody came or went; a sentence. */
  changed(sentence: string): void
}

/** Who is here: asked for once, and then as the server tells it. */
export class Presence {
  readonly #listener: PresenceListener
  #here: Here | undefined
  #timer: NodeJS.Timeout | undefined
  #isWatching = false
  /** So many questions are under way: what the server tells meanwhile may be older or newer than the answer. */
  #asking = 0

  constructor(listener: PresenceListener) {
    this.#listener = listener
  }

  /** The names that were told last. */
  get names(): readonly string[] {
    return this.#here?.names ?? []
  }

  /** `Here: ana, luis`. Fails as asking does. */
  async sentence(): Promise<string> {
    this.#here = await this.#ask()
    return hereWords(this.#here)
  }

  /** From here on tell who comes and goes. */
  watch(): void {
    this.#isWatching = true
  }

  /** Somebody came or went. Of many who are here it is not known who else is. */
  hear({ connected, disconnected, more }: PresenceNote): void {
    if (!this.#isWatching) return
    if (more || this.#asking > 0 || !this.#here?.isAll) {
      this.#askLater()
      return
    }
    const stayed = this.#here.names.filter((name) => !connected.includes(name) && !disconnected.includes(name))
    const names = [...stayed, ...connected].sort((one, other) => one.localeCompare(other))
    this.#is({ names: names.slice(0, namedHereMax), isAll: names.length <= namedHereMax })
  }

  /** Something has happened that may change it. */
  askSoon(): void {
    if (this.#isWatching) this.#askIn(askSoonMs)
  }

  /** There is no connection, or nobody to tell. */
  pause(): void {
    this.#isWatching = false
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #askLater(): void {
    if (this.#timer === undefined) this.#askIn(Math.random() * askLaterMsMax)
  }

  #askIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#lookAgain()
    }, ms).unref()
  }

  async #ask(): Promise<Here> {
    this.#asking++
    try {
      return await this.#listener.ask()
    } finally {
      this.#asking--
    }
  }

  async #lookAgain(): Promise<void> {
    const is = await this.#ask().catch(() => undefined)
    if (!this.#isWatching) return
    if (is) this.#is(is)
    else this.#askLater()
  }

  #is(is: Here): void {
    const was = this.#here
    this.#here = is
    const news = was && difference(was, is, this.#listener.me)
    if (news) this.#listener.changed(`${news}. ${hereWords(is)}`)
  }
}

const hereWords = ({ names, isAll }: Here): string =>
  `Here: ${names.join(', ') || 'nobody'}${isAll ? '' : `, and others (${chat} who --here)`}`

/** `marta connected, luis disconnected`; undefined where nothing has changed but for us, or nobody can tell. */
function difference(was: Here, is: Here, me: string): string | undefined {
  if (!was.isAll || !is.isAll) return undefined
  const came = is.names.filter((name) => name !== me && !was.names.includes(name))
  const gone = was.names.filter((name) => name !== me && !is.names.includes(name))
  const parts = [
    ...(came.length > 0 ? [`${came.join(', ')} connected`] : []),
    ...(gone.length > 0 ? [`${gone.join(', ')} disconnected`] : [])
  ]
  return parts.length > 0 ? parts.join('; ') : undefined
}
