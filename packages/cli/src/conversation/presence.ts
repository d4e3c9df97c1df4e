import { chat } from '../program.ts'

/** So many are called by their names. */
export const namedHereMax = 20
const askEachMs = 30_000
/** Somebody who joins opens their stream a moment later. */
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

/** Who is here, asked for again and again: no event tells of connections. */
export class Presence {
  readonly #listener: PresenceListener
  #here: Here | undefined
  #timer: NodeJS.Timeout | undefined
  #isWatching = false
  #isAsking = false

  constructor(listener: PresenceListener) {
    this.#listener = listener
  }

  /** The names that were told last. */
  get names(): readonly string[] {
    return this.#here?.names ?? []
  }

  /** `Here: ana, luis`. Fails as asking does. */
  async sentence(): Promise<string> {
    this.#here = await this.#listener.ask()
    return hereWords(this.#here)
  }

  /** From here on tell who comes and goes. */
  watch(): void {
    this.#isWatching = true
    this.#askIn(askEachMs)
  }

  /** Something has happened that may change it. */
  askSoon(): void {
    if (this.#isWatching) this.#askIn(askSoonMs)
  }

  /** There is no connection, or nobody to tell. */
  pause(): void {
    this.#isWatching = false
    clearTimeout(this.#timer)
  }

  #askIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (!this.#isAsking) void this.#ask()
    }, ms).unref()
  }

  async #ask(): Promise<void> {
    this.#isAsking = true
    const was = this.#here
    const is = await this.#listener.ask().catch(() => undefined)
    this.#isAsking = false
    if (!this.#isWatching) return
    this.#askIn(askEachMs)
    if (!is) return
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
