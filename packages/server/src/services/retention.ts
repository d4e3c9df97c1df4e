import { clockHold } from '../stores/clock-hold.ts'
import type { Store } from '../stores/store.ts'

/** A server that has just started has other things to do. */
const firstAfterMsDefault = 10_000
const everyMsDefault = 60 * 60 * 1000
/** After a lot, as long as it took for so many more: whoever writes meanwhile has most of the time. */
const restFactor = 4
const restMsMin = 20

const held = 'until then no message is erased for its age'

/** What of a logger is needed here. */
export interface RetentionLog {
  info(facts: object, happening: string): void
  warn(facts: object, happening: string): void
}

export interface RetentionOptions {
  store: Store
  now: () => number
  log: RetentionLog
  /** The store could not do it now. */
  onError: (error: unknown) => void
  firstAfterMs?: number | undefined
  everyMs?: number | undefined
}

/** Every hour, lets go of what is older than its room keeps it. Small pieces at a time, so that nobody who writes waits for long. */
export class Retention {
  readonly #options: RetentionOptions
  #timer: NodeJS.Timeout
  #wake: () => void = () => {}
  #isStopped = false
  /** Until when nothing is erased, as was told. */
  #toldUntil: number | null = null

  constructor(options: RetentionOptions) {
    this.#options = options
    this.#timer = setTimeout(() => void this.#hourly(), options.firstAfterMs ?? firstAfterMsDefault).unref()
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#wake()
  }

  async #hourly(): Promise<void> {
    const { everyMs = everyMsDefault, onError } = this.#options
    await this.sweep().catch(onError)
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#hourly(), everyMs).unref()
  }

  /** Everything that is too old now, unless the clock cannot be trusted. */
  async sweep(): Promise<void> {
    const { store, now } = this.#options
    const atMs = now()
    const [clock] = await store.commit([{ kind: 'note-clock', atMs }])
    if (clock.refused || !this.#maySweep(clock)) return
    let swept = 0
    for (let after = 0; !this.#isStopped; ) {
      const begin = performance.now()
      const [lot] = await store.commit([{ kind: 'sweep', after, atMs }])
      if (lot.refused || lot.room === null) return
      swept += lot.swept
      if (!lot.isMore) {
        if (swept > 0) this.#tellSwept(lot.room.name, swept)
        after = lot.room.log
        swept = 0
      }
      await this.#rest(Math.max(restMsMin, restFactor * (performance.now() - begin)))
    }
  }

  /** Who reads it on a terminal sees the sentence alone. */
  #tellSwept(room: string, events: number): void {
    const what = events === 1 ? 'an event' : `${events} events`
    this.#options.log.info({ room, events }, `erased ${what} that ${room} no longer keeps`)
  }

  #maySweep({ movedMs, keepsUntilMs }: { movedMs: number | null; keepsUntilMs: number | null }): boolean {
    if (keepsUntilMs !== null && keepsUntilMs !== this.#toldUntil) {
      const until = new Date(keepsUntilMs).toISOString()
      const { log } = this.#options
      if (movedMs !== null && clockHold(movedMs) > 0) {
        const hours = Math.round(movedMs / 3_600_000)
        log.warn({ hours, until }, `the clock has moved by many hours since it was looked at last: ${held}`)
      } else log.warn({ until }, `the clock moved by many hours before this server looked at it: ${held}`)
    }
    this.#toldUntil = keepsUntilMs
    return keepsUntilMs === null
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref()
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
