import type { LogEvent, StreamNote } from '@tertulia/protocol'
import { ownLogName } from '@tertulia/protocol/own-log'
import { backoffMs } from './backoff.ts'
import { ConnectionError } from './connection-error.ts'
import { readEventStream, type StreamItem } from './event-stream.ts'
import type { Position } from './position.ts'
import { ProblemError, UnexpectedAnswer } from './problem-error.ts'
import { QuietAlarm } from './quiet-alarm.ts'
import { refusal } from './refusal.ts'
import { authorization, type Link, wholeText } from './request.ts'
import type { TransportResponse } from './transport.ts'
import { askedMs } from './wait-limits.ts'

/** A server sends a heartbeat every 15 s: after two that did not come the connection is taken for dead. */
const quietMsDefault = 40_000
const backoff = { firstMs: 500, maxMs: 15_000 }
const goodbyeMsMin = 100
/** A connection that held for so long was a good one, also where nothing happened. */
const heldMs = 15_000

export interface FollowOptions {
  /** Ends the iteration, quietly. */
  signal?: AbortSignal
  /** How long a connection may carry nothing before it is given up, in ms. */
  quietMs?: number
  /** The server has answered before: a first connection that fails is tried again, as later ones are. */
  reached?: boolean
}

export interface FollowRoomOptions extends FollowOptions {
  /** Where to begin: `0`, `now` (as without it) or the cursor of what was read last. */
  after?: string
}

/**
 * What a follower tells beside the events of the log. `presence` is who came and went, and needs the list of members to begin with;
 * `rooms`, in one's own log, is which public rooms there are that were not there before, and needs the list of rooms.
 */
export type FollowNote =
  | Extract<StreamNote, { type: 'ready' | 'synced' | 'presence' | 'rooms' }>
  /** The connection is gone: `error` says why, without one the server asked to come back. It is tried again after `retryMs`. */
  | { type: 'disconnected'; error?: Error | undefined; retryMs: number }

/** In the order of each room's log. Types that this version does not know pass too: readers skip them. */
export type Followed = LogEvent | FollowNote

/**
 * The live log of a room, or of several on one connection, for ever: whatever cuts it, it comes back with its cursors and misses nothing.
 *
 * The iteration throws when coming back is of no use: the first connection that fails (ConnectionError; not if `reached`), and any 4xx later on,
 * above all 401, 404 and 410 (ProblemError). History that is gone is `cursor-expired`, whose `problem.cursor` is the room's head (of
 * several rooms, `problem.errors` has one for each that is concerned): read the history again, then follow from there.
 */
export class Follower<C = string> implements AsyncIterable<Followed> {
  readonly #link: Link
  readonly #position: Position<C>
  readonly #options: FollowOptions

  constructor(link: Link, position: Position<C>, options: FollowOptions = {}) {
    this.#link = link
    this.#position = position
    this.#options = options
  }

  /** Follow again after it to miss nothing and see nothing twice; it moves on with each event that was handed out. */
  get cursor(): C {
    return this.#position.cursor
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Followed, void, undefined> {
    const { signal, reached = false } = this.#options
    let begun = reached
    for (let failures = 0; ; failures++) {
      let aliveMs = Number.POSITIVE_INFINITY
      let goodbye: { retryMs: number } | undefined
      let error: Error | undefined
      try {
        goodbye = yield* this.#oneConnection((item) => {
          begun = true
          aliveMs = Math.min(aliveMs, performance.now())
          if ('event' in item) failures = 0
        })
      } catch (thrown) {
        if (signal?.aborted) return
        if (!begun || !healsByItself(thrown)) throw thrown
        error = thrown
      }
      // One that ends as soon as it has begun, with nothing that happened, is worth no more than none.
      if (performance.now() - aliveMs > heldMs) failures = 0
      const disconnected: FollowNote = { type: 'disconnected', error, retryMs: this.#comeBackMs(goodbye ?? error, failures) }
      yield disconnected
      try {
        await this.#link.pause(disconnected.retryMs, signal)
      } catch {
        return
      }
    }
  }

  /** Until the stream ends. Returns the goodbye, if the server said one. */
  async *#oneConnection(
    onAlive: (item: StreamItem) => void
  ): AsyncGenerator<Followed, { retryMs: number } | undefined, undefined> {
    const quiet = new QuietAlarm(this.#options.quietMs ?? quietMsDefault, this.#link.server)
    try {
      const response = await this.#open(quiet)
      for await (const item of readEventStream(quiet.watch(response.body), this.#link.server)) {
        onAlive(item)
        const end = this.#advance(item)
        if (end) return end
        if ('event' in item) yield item.event
        else if (isTold(item.note)) yield item.note
      }
      return undefined
    } finally {
      quiet.stop()
    }
  }

  async #open(quiet: QuietAlarm): Promise<TransportResponse> {
    const { signal } = this.#options
    const response = await this.#link.transport({
      method: 'GET',
      url: this.#link.server + this.#position.path,
      headers: { accept: 'text/event-stream', ...authorization(this.#link) },
      signal: signal ? AbortSignal.any([signal, quiet.signal]) : quiet.signal
    })
    if (response.status !== 200) throw refusal(response, await wholeText(response), this.#link.server, this.#position.path)
    if (response.header('content-type')?.startsWith('text/event-stream')) return response
    throw UnexpectedAnswer.at(this.#link.server, 'with events')
  }

  #advance(item: StreamItem): { retryMs: number } | undefined {
    if ('event' in item) {
      this.#position.advanced(item.event.room, item.cursor)
      return undefined
    }
    const { note } = item
    switch (note.type) {
      case 'ready':
        this.#position.begun(note.room, note.cursor)
        return undefined
      case 'synced':
      case 'presence':
      case 'rooms':
        return undefined
      case 'goodbye':
        return { retryMs: note.retryMs }
      case 'reset':
        throw historyLost(note.room, note.cursor)
    }
  }

  /**
   * When a goodbye or a refusal asks for it, but not at once for ever: a server that says goodbye again and again would be asked as often
   * as it answers.
   */
  #comeBackMs(end: { retryMs: number } | Error | undefined, failures: number): number {
    if (end instanceof ProblemError) return (end.retryAfterMs ?? 0) + this.#backoffMs(failures)
    const ms = end && 'retryMs' in end ? askedMs(end.retryMs) : undefined
    return ms === undefined ? this.#backoffMs(failures) : Math.max(ms, failures > 0 ? this.#backoffMs(failures) : goodbyeMsMin)
  }

  #backoffMs(failures: number): number {
    return backoffMs(failures, backoff, this.#link.random)
  }
}

const isTold = (note: StreamNote): note is Extract<StreamNote, FollowNote> => note.type !== 'goodbye' && note.type !== 'reset'

/** Worth another try: no connection, the page of a hotel's network, a server in trouble. Any other refusal stays one. */
function healsByItself(error: unknown): error is Error {
  if (error instanceof ConnectionError || error instanceof UnexpectedAnswer) return true
  return error instanceof ProblemError && (error.status >= 500 || error.status === 408 || error.status === 429)
}

function historyLost(room: string, cursor: string): ProblemError {
  return new ProblemError({
    type: '/problems/cursor-expired',
    code: 'cursor-expired',
    status: 410,
    title: 'Cursor expired',
    detail: `What came next in ${room} is no longer kept. Read ${room === ownLogName ? 'your rooms' : 'the history'}, then follow from ${cursor}`,
    instance: '',
    cursor
  })
}
