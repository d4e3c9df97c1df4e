import type { LogEvent } from '@tertulia/protocol'
import type { Bus, Hint } from '../buses/bus.ts'
import type { Extent, PageBounds } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'

export interface LogTailOptions {
  store: Pick<Store, 'events' | 'extents'>
  bus: Bus
  /** What is read from the store at once. */
  page: PageBounds
  /** How long events that have overtaken others wait for them before those are read; 0: not at all. */
  holdMs: number
  onError: (error: unknown) => void
}

/** Whom the events are given to. */
export interface TailListener {
  /** What follows the event of this number comes from here on. Said as the tail opens, and where the next event is no longer kept. */
  onBegin(seq: number): void
  /** The next event. */
  onEvent(event: LogEvent): void
}

/** Of so many hints at most the events are held. */
const heldMax = 256

/** The end of one log as it grows: each event once, in order and without a gap, whatever becomes of the hints. */
export class LogTail {
  /** Number of the last event that was given. */
  head = 0
  /** Rejected if the store or the bus failed: then the tail is of no use. */
  readonly opened: Promise<void>
  readonly #log: number
  readonly #options: LogTailOptions
  readonly #listener: TailListener
  readonly #hearing: Promise<() => void>
  #isOpen = false
  /** Number of the newest event it was told of. */
  #wanted = 0
  #reading = false
  /** Events that have overtaken others, as they came. */
  #held: (readonly LogEvent[])[] = []
  #holding: NodeJS.Timeout | undefined

  constructor(log: number, options: LogTailOptions, listener: TailListener) {
    this.#log = log
    this.#options = options
    this.#listener = listener
    this.#hearing = options.bus.subscribe(log, (hint) => this.#hear(hint))
    this.opened = this.#open()
  }

  /** Begin at the head of the log. Hints are heard before it is read, so that nothing falls between. */
  async #open(): Promise<void> {
    await this.#hearing
    const extent = (await this.#options.store.extents([this.#log])).get(this.#log)
    if (!extent) throw new Error(`The store has no log ${this.#log}`)
    this.#beginAfter(extent.head)
    this.#isOpen = true
    this.want(this.#wanted)
  }

  async close(): Promise<void> {
    const stop = await this.#hearing
    stop()
    clearTimeout(this.#holding) // a hint may have come until now
  }

  #hear({ head, events }: Hint): void {
    if (head <= this.head) return
    if (this.#isOpen && events?.[0] && events[0].seq <= this.head + 1) this.#take(events)
    else if (!this.#isOpen || !events?.[0] || !this.#hold(events)) this.want(head)
  }

  /** Hints of several nodes overtake one another, by milliseconds: to wait for the rest costs less than to read it. */
  #hold(events: readonly LogEvent[]): boolean {
    const { holdMs } = this.#options
    if (holdMs === 0 || this.#held.length >= heldMax) return false
    this.#held.push(events)
    this.#holding ??= setTimeout(() => this.#endHold(), holdMs)
    return true
  }

  #endHold(): void {
    this.#holding = undefined
    const newest = Math.max(0, ...this.#held.map(lastSeq))
    this.#held = []
    this.want(newest)
  }

  /** Give of what was held whatever follows now. */
  #takeHeld(): void {
    for (;;) {
      const next = this.#held.findIndex(([first]) => first !== undefined && first.seq <= this.head + 1)
      if (next < 0) return
      this.#give(this.#held.splice(next, 1)[0] ?? [])
    }
  }

  /** Compare with what the store holds: hints may have been lost, and old events may have been let go. */
  look({ firstSeq, head }: Extent): void {
    if (!this.#isOpen) return
    if (firstSeq > this.head + 1) this.#beginAfter(firstSeq - 1)
    if (head > this.head) this.want(head)
  }

  /** There is an event of this number: give all up to it. */
  want(seq: number): void {
    this.#wanted = Math.max(this.#wanted, seq)
    if (this.#isOpen && !this.#reading && this.#wanted > this.head) void this.#read()
  }

  async #read(): Promise<void> {
    this.#reading = true
    try {
      for (let from = -1; from < this.head && this.head < this.#wanted; ) {
        from = this.head
        this.#take(await this.#options.store.events(this.#log, from, this.#wanted, this.#options.page))
      }
    } catch (error) {
      this.#options.onError(error) // the next hint or sweep tries again
    }
    this.#reading = false
  }

  #take(events: readonly LogEvent[]): void {
    this.#give(events)
    if (this.#held.length > 0) this.#takeHeld()
  }

  /** Give those events that follow the last one without a gap. */
  #give(events: readonly LogEvent[]): void {
    for (const event of events) {
      if (event.seq !== this.head + 1) continue
      this.head = event.seq
      this.#listener.onEvent(event)
    }
  }

  #beginAfter(seq: number): void {
    this.head = seq
    this.#listener.onBegin(seq)
  }
}

const lastSeq = (events: readonly LogEvent[]): number => events.at(-1)?.seq ?? 0
