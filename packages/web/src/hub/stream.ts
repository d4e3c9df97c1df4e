import { type ChatClient, type Followed, ProblemError } from '@tertulia/client'
import type { LogEvent } from '@tertulia/protocol'
import type { FromHub, LinkState } from './messages.ts'
import { Pause } from './pause.ts'

/** A heartbeat comes every 15 s: after two that did not come the connection is dead. */
const quietMs = 35_000
const waitMsFirst = 500
const waitMsMax = 15_000
/** Whoever was not refused for so long begins to count anew. */
const calmMs = 60_000

export interface StreamOptions {
  tell: (message: FromHub) => void
  now: () => number
  onEvent: (event: LogEvent) => void
  /** The server answers. */
  onConnected: () => void
  /** The token counts no more. */
  onSignedOut: () => void
}

/**
 * The one stream of a browser: it hears what happens in the rooms that its tabs want to hear of, and says how things stand with the
 * server.
 */
export class Stream {
  readonly #options: StreamOptions
  readonly #pause = new Pause()
  #client: Pick<ChatClient, 'followRooms'> | undefined
  #link: LinkState = { state: 'catching-up' }
  #cursors: Record<string, string> = {}
  #reading: AbortController | undefined
  #refusals = 0
  #refusedAtMs = 0

  constructor(options: StreamOptions) {
    this.#options = options
  }

  /** Somebody has signed in: what they follow begins in the present. */
  open(client: Pick<ChatClient, 'followRooms'>): void {
    this.rest()
    this.#client = client
    this.#cursors = {}
  }

  close(): void {
    this.rest()
    this.#client = undefined
  }

  /** Nothing is read until it is told what to follow. */
  rest(): void {
    this.#reading?.abort()
    this.#reading = undefined
    this.#pause.cut()
  }

  follow(logs: readonly string[]): void {
    // No plain look-up: a room may be called as what every object has.
    const cursors = new Map(Object.entries(this.#cursors))
    const isSame = logs.length === cursors.size && logs.every((log) => cursors.has(log))
    if (isSame && this.#reading) return
    this.#cursors = Object.fromEntries(logs.map((log) => [log, cursors.get(log) ?? 'now']))
    this.#reopen()
  }

  /** The network is back, or the computer was asleep: `isStale` if the connection may be dead. */
  wake(isStale: boolean): void {
    this.#refusals = 0
    if (isStale || this.#link.state === 'waiting' || this.#link.state === 'offline') this.#reopen()
  }

  tellLink(link = this.#link): void {
    this.#link = link
    this.#options.tell({ kind: 'link', link })
  }

  #reopen(): void {
    this.rest()
    this.#reading = new AbortController()
    void this.#run(this.#reading.signal)
  }

  /** Until another one takes its place. Without a connection the client tries again by itself. */
  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#client) {
      const follower = this.#client.followRooms(this.#cursors, { signal, quietMs, reached: true })
      const behind = new Set(Object.keys(this.#cursors))
      if (this.#link.state === 'live') this.tellLink({ state: 'catching-up' })
      try {
        for await (const item of follower) {
          if (signal.aborted) return
          this.#cursors = follower.cursor
          this.#hear(item, behind)
        }
        return
      } catch (error) {
        if (!signal.aborted) await this.#refused(error)
      }
    }
  }

  #hear(item: Followed, behind: Set<string>): void {
    switch (item.type) {
      case 'ready':
        this.#options.onConnected()
        behind.add(item.room)
        if (this.#link.state !== 'catching-up') this.tellLink({ state: 'catching-up' })
        return
      case 'synced':
        behind.delete(item.room)
        this.#options.tell({ kind: 'synced', room: item.room, cursor: item.cursor })
        // Live is what has caught up everywhere.
        if (behind.size === 0) this.tellLink({ state: 'live' })
        return
      case 'disconnected':
        for (const room of Object.keys(this.#cursors)) behind.add(room)
        return void this.#tellWaiting(item.retryMs)
      case 'presence':
        return void this.#options.tell({ kind: 'presence', note: item })
      case 'rooms':
        return void this.#options.tell({ kind: 'rooms', note: item })
      default:
        return void this.#options.onEvent(item)
    }
  }

  /** What does not heal by itself. Whatever the server says, and however often, it is not asked again without a pause. */
  async #refused(error: unknown): Promise<void> {
    const problem = error instanceof ProblemError ? error : undefined
    if (problem?.status === 401) return this.#options.onSignedOut()
    const isLost = problem?.code === 'cursor-expired'
    if (isLost) this.#lost(problem)
    // A room is gone, or closed to us: the tabs know which ones are left when they have asked.
    if (problem?.status === 403 || problem?.status === 404) this.#options.tell({ kind: 'rooms-changed' })
    const now = this.#options.now()
    if (now - this.#refusedAtMs > calmMs) this.#refusals = 0
    this.#refusedAtMs = now
    const refusals = this.#refusals++
    // The present is open to all.
    if (isLost && refusals === 0) return
    const waitMs = Math.round((0.5 + Math.random() / 2) * Math.min(waitMsMax, waitMsFirst * 2 ** refusals))
    this.#tellWaiting(waitMs)
    await this.#pause.take(waitMs)
  }

  /** History that came meanwhile is gone: the tabs read what there is, and it goes on from the present. */
  #lost({ problem }: ProblemError): void {
    const rooms = problem.errors?.map(({ pointer }) => decodeURIComponent(pointer.replace(/^#?\//, '')))
    for (const [index, room] of (rooms ?? Object.keys(this.#cursors)).entries()) {
      if (room in this.#cursors) this.#cursors = { ...this.#cursors, [room]: problem.errors?.[index]?.cursor ?? 'now' }
    }
    this.#options.tell({ kind: 'lost', rooms })
  }

  #tellWaiting(ms: number): void {
    const isOffline = typeof navigator !== 'undefined' && navigator.onLine === false
    this.tellLink(isOffline ? { state: 'offline' } : { state: 'waiting', untilMs: this.#options.now() + ms })
  }
}
