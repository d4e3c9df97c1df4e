import { batch, signal } from '@preact/signals'
import { type HistoryPage, type HistoryPlace, ProblemError } from '@tertulia/client'
import type { EventPage, LogEvent, Message } from '@tertulia/protocol'
import { placeOf } from './cursor.ts'
import { Rows } from './rows.ts'

/** How a room reads its history and its log. */
export interface RoomSource {
  history(place: HistoryPlace): Promise<HistoryPage>
  log(after: string): Promise<EventPage>
}

/** What has made an end of one's membership. */
export type Departure = 'left' | 'removed' | 'banned'

const pageRows = 50
const olderRows = 100
const retryMs = 5_000

/**
 * The messages of a room that are loaded, and what happens to them. Events are numbered without a gap: whatever was missed, by a sleep, a
 * page put aside or a tab that came late, shows as a hole and is fetched.
 */
export class Room {
  readonly name: string
  readonly rows = new Rows()
  readonly state = signal<'opening' | 'open' | 'failed'>('opening')
  /** Why it could not be opened. */
  readonly fault = signal<unknown>(undefined)
  /** How one ceased to be a member, while the room was loaded. */
  readonly departure = signal<Departure | undefined>(undefined)
  /** It may not be read, or is not there: the server refuses it for good. */
  readonly isClosed = signal(false)
  /** There is something before the first loaded message, or after the last one. */
  readonly hasEarlier = signal(false)
  /** What was said before is erased: the oldest message is not where the room begins. */
  readonly isErasedBefore = signal(false)
  readonly hasLater = signal(false)
  /** Events came that the server no longer keeps. */
  readonly missed = signal(false)
  readonly #source: RoomSource
  #early: LogEvent[] = []
  #head = 0
  #epoch = ''
  #filling = false
  #loading = false
  #retry: ReturnType<typeof setTimeout> | undefined
  #life = 0

  constructor(name: string, source: RoomSource) {
    this.name = name
    this.#source = source
  }

  get head(): number {
    return this.#head
  }

  /** What to send as If-Match, to change what is shown and nothing newer. */
  tagOf({ rev }: Pick<Message, 'rev'>): string {
    return `"${this.#epoch}.${rev}"`
  }

  /** Read the newest messages, or those around one of them, instead of what is loaded. */
  async open(around?: number): Promise<void> {
    const life = ++this.#life
    this.state.value = 'opening'
    this.#loading = false
    try {
      const page = await this.#source.history(around === undefined ? { limit: pageRows } : { limit: olderRows, around })
      if (life !== this.#life) return
      batch(() => {
        this.rows.load(page.messages)
        this.hasEarlier.value = page.earlier !== undefined
        this.isErasedBefore.value = page.firstSeq > 1
        this.hasLater.value = page.later !== undefined
        // Of any page this is the head of the log, in the state of which its messages are.
        const { epoch, seq } = placeOf(page.cursor)
        this.#epoch = epoch
        this.#head = seq
        this.fault.value = undefined
        this.departure.value = undefined
        this.isClosed.value = false
        this.state.value = 'open'
      })
      this.#tellEarly()
    } catch (error) {
      if (life !== this.#life) return
      batch(() => {
        this.fault.value = error
        if (error instanceof ProblemError && (error.status === 403 || error.status === 404)) this.close()
        this.state.value = 'failed'
      })
    }
  }

  /** What stands here may not be read any more. */
  close(): void {
    this.#life++
    this.#early = []
    batch(() => {
      this.rows.clear()
      this.isClosed.value = true
      this.state.value = 'failed'
    })
  }

  /** Messages before those that are loaded. */
  async older(): Promise<void> {
    const { first } = this.rows
    if (!first || !this.hasEarlier.peek()) return
    await this.#more({ limit: olderRows, before: first.id }, (page) => {
      const added = this.rows.prepend(page.messages)
      // A page with nothing on it is the last one, whatever it says: the next one would be asked for at once.
      this.hasEarlier.value = page.earlier !== undefined && added > 0
      this.isErasedBefore.value = page.firstSeq > 1
    })
  }

  /** Messages after those that are loaded, where these do not reach to the newest. */
  async newer(): Promise<void> {
    const { last } = this.rows
    if (!last || !this.hasLater.peek()) return
    await this.#more({ limit: olderRows, after: last.id }, (page) => {
      this.rows.append(page.messages)
      const { seq } = placeOf(page.cursor)
      // Something came since that page was made: it is on the next one.
      const isWhole = page.later === undefined && seq >= this.#head
      this.hasLater.value = !isWhole
      if (isWhole) this.#head = seq
    })
  }

  async #more(place: HistoryPlace, take: (page: HistoryPage) => void): Promise<void> {
    if (this.#loading || this.state.peek() !== 'open') return
    this.#loading = true
    const life = this.#life
    try {
      const page = await this.#source.history(place)
      if (life === this.#life) batch(() => take(page))
    } finally {
      if (life === this.#life) this.#loading = false
    }
  }

  /** At the end, only the last blocks are kept. */
  trim(): void {
    if (this.hasLater.peek()) return
    batch(() => {
      if (this.rows.trim()) this.hasEarlier.value = true
    })
  }

  /** An event of this room, in whatever order events come. */
  apply(event: LogEvent): void {
    if (this.state.peek() !== 'open' || this.#filling) return void this.#early.push(event)
    if (event.seq <= this.#head) return
    if (event.seq > this.#head + 1) {
      this.#early.push(event)
      return void this.#fill()
    }
    this.#head = event.seq
    if ('message' in event) this.#show(event.message, event.type === 'message.created')
  }

  /** An answer that has a message in it says what its event will say. */
  take(message: Message): void {
    if (message.rev === message.id && message.id === this.#head + 1 && !this.#filling && this.state.peek() === 'open') {
      this.#head = message.id
      return void this.#show(message, true)
    }
    this.#show(message, false)
    if (message.rev > this.#head) void this.#fill()
  }

  /** A stream has told everything up to a cursor: is it all here? */
  synced(cursor: string): void {
    const { epoch, seq } = placeOf(cursor)
    if (this.state.peek() === 'failed') return void this.open()
    if (this.state.peek() !== 'open') return
    if (epoch !== this.#epoch) return void this.lost()
    if (seq > this.#head) void this.#fill()
  }

  /** The page was put aside for a while, and told nothing. */
  catchUp(): void {
    if (this.state.peek() === 'open') void this.#fill()
  }

  /** What came next is not kept any more: what there is now takes its place, and that is said. */
  lost(): void {
    this.missed.value = true
    this.#early = []
    void this.open()
  }

  #show(message: Message, isNew: boolean): void {
    const row = this.rows.get(message.id)
    if (row) {
      if (message.rev > row.live.peek().rev) row.live.value = message
    } else if (isNew && !this.hasLater.peek()) {
      this.rows.push(message)
    }
  }

  /** Read what is missing up to the present. */
  async #fill(): Promise<void> {
    if (this.#filling) return
    this.#filling = true
    const life = this.#life
    try {
      for (let more = true; more; ) {
        const from = this.#head
        const page = await this.#source.log(`${this.#epoch}.${from}`)
        if (life !== this.#life) return
        batch(() => {
          for (const event of page.events) {
            if (event.seq <= this.#head) continue
            this.#head = event.seq
            if ('message' in event) this.#show(event.message, event.type === 'message.created')
          }
        })
        more = page.more && this.#head > from
      }
    } catch (error) {
      if (life !== this.#life) return
      if (error instanceof ProblemError && error.code === 'cursor-expired') return this.lost()
      // Without a connection it is tried again when the stream has caught up; this is for a single request that failed.
      return this.#fillLater()
    } finally {
      this.#filling = false
      // What was loaded instead has heard nothing since.
      if (life !== this.#life) this.#tellEarly()
    }
    const next = Math.min(...this.#early.map(({ seq }) => seq).filter((seq) => seq > this.#head))
    // What the log itself does not have yet is not asked for again at once.
    if (next > this.#head + 1 && next < Number.POSITIVE_INFINITY) this.#fillLater()
    else this.#tellEarly()
  }

  #fillLater(): void {
    const life = this.#life
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => life === this.#life && void this.#fill(), retryMs)
  }

  #tellEarly(): void {
    const early = this.#early.sort((a, b) => a.seq - b.seq)
    this.#early = []
    batch(() => {
      for (const event of early) this.apply(event)
    })
  }
}
