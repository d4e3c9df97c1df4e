import {
  backoffMs,
  type ChatClient,
  type Followed,
  type FollowNote,
  type HistoryPage,
  type Pace,
  ProblemError,
  realPace
} from '@tertulia/client'
import type { LogEvent, PresenceNote } from '@tertulia/protocol'
import { type Marker, pastMax } from './past.ts'

/** How long it may take to find out what is unread. */
const markerMs = 5_000
/** The past is read again at once where it was replaced, but not as often as a server says so. */
const backoff = { firstMs: 1_000, maxMs: 30_000 }
/** What was read for so long was worth reading. */
const heldMs = 60_000

export interface ReadingListener {
  /** The newest messages, before anything else. The marker is given on entering alone. */
  past(page: HistoryPage, marker: Marker | undefined): void
  /** There is a connection; {@link caughtUp} follows. */
  connected(): void
  /** All that came while there was none; nothing at the first time. */
  caughtUp(missed: readonly LogEvent[] | undefined): void
  event(event: LogEvent): void
  /** Members came or went. */
  presence(note: PresenceNote): void
  disconnected(note: Extract<FollowNote, { type: 'disconnected' }>): void
  /** What comes next is another history: a sentence. {@link past} follows. */
  replaced(sentence: string): void
}

/** Reads a room: first the past, then what is said; and the past once more where the server's history has been replaced. */
export class Reading {
  readonly #client: ChatClient
  readonly #room: string
  readonly #listener: ReadingListener
  readonly #pace: Pace
  #cursor: string | undefined
  #begun = false
  /** Events that came after a lost connection was found again, until all of them are there. */
  #missed: LogEvent[] | undefined

  constructor(client: ChatClient, room: string, listener: ReadingListener, pace = realPace) {
    this.#client = client
    this.#room = room
    this.#listener = listener
    this.#pace = pace
  }

  /** Of the life of the store that is being read. */
  get epoch(): string | undefined {
    return epochOf(this.#cursor)
  }

  /** Until the signal. @throws whatever ends the reading for good */
  async run(signal: AbortSignal): Promise<void> {
    for (let losses = 0; !signal.aborted; losses++) {
      let ready = false
      const begunMs = performance.now()
      try {
        const [page, marker] = await this.#past(signal)
        this.#cursor = page.cursor
        this.#listener.past(page, marker)
        const follower = this.#client.follow(this.#room, { after: page.cursor, signal })
        for await (const item of follower) {
          this.#cursor = follower.cursor
          ready ||= item.type === 'ready'
          this.#heard(item)
        }
        return
      } catch (error) {
        if (signal.aborted) return
        if (!(ready && error instanceof ProblemError && error.code === 'cursor-expired')) throw error
        this.#flushMissed()
        if (performance.now() - begunMs > heldMs) losses = 0
        if (losses > 0) await this.#pause(losses, error, signal)
        const what = isBefore(error.problem.cursor, this.#cursor)
          ? `the server went back to an older copy of ${this.#room}. What you see above may be gone`
          : `the server no longer has what came next in ${this.#room}. Messages may be missing here`
        this.#listener.replaced(`${what}. The newest messages now`)
      }
    }
  }

  /** As after a lost connection. It ends with the signal, too. */
  async #pause(losses: number, error: Error, signal: AbortSignal): Promise<void> {
    const retryMs = backoffMs(losses, backoff, this.#pace.random)
    this.#listener.disconnected({ type: 'disconnected', error, retryMs })
    await this.#pace.pause(retryMs, signal).catch(() => {})
  }

  #past(signal: AbortSignal): Promise<[HistoryPage, Marker | undefined]> {
    const page = this.#client.messages.history(this.#room, { limit: pastMax, signal })
    return Promise.all([page, this.#begun ? undefined : this.#marker(signal)])
  }

  /** Without it, nothing is called unread. */
  async #marker(signal: AbortSignal): Promise<Marker | undefined> {
    try {
      // Of all names that begin so it is the first one.
      const { rooms } = await this.#client.rooms.list({
        q: this.#room,
        member: true,
        limit: 1,
        retry: false,
        timeoutMs: markerMs,
        signal
      })
      const { readUpTo, unread } = rooms.find(({ name }) => name === this.#room) ?? {}
      return typeof readUpTo === 'number' && typeof unread === 'number' ? { readUpTo, unread } : undefined
    } catch {
      return undefined
    }
  }

  #heard(item: Followed): void {
    switch (item.type) {
      case 'ready':
        if (this.#begun) this.#missed = []
        this.#listener.connected()
        return
      case 'synced':
        if (this.#begun) this.#flushMissed()
        else this.#listener.caughtUp(undefined)
        this.#begun = true
        return
      case 'presence':
        this.#listener.presence(item)
        return
      case 'rooms':
        return
      case 'disconnected':
        this.#flushMissed()
        this.#listener.disconnected(item)
        return
      default:
        if (this.#missed) this.#missed.push(item)
        else this.#listener.event(item)
    }
  }

  #flushMissed(): void {
    const missed = this.#missed
    this.#missed = undefined
    if (missed) this.#listener.caughtUp(missed)
  }
}

const epochOf = (cursor: unknown): string | undefined => (typeof cursor === 'string' ? cursor.split('.')[0] : undefined)
const seqOf = (cursor: unknown): number => (typeof cursor === 'string' ? Number(cursor.split('.')[1]) : 0)

/** Whether a log that ends there lacks what was read up to here: a copy of the database that was put back may have kept its epoch. */
const isBefore = (end: unknown, read: unknown): boolean => epochOf(end) !== epochOf(read) || seqOf(end) < seqOf(read)
