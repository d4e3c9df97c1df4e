import { roomPath } from './rooms.ts'

/** Where a follower stands in what it follows. `C` is how it is told: what to follow again after, to miss nothing. */
export interface Position<C> {
  /** Where the stream is that goes on from here: a path with its query. */
  readonly path: string
  readonly cursor: C
  /** A stream has begun in a room. */
  begun(room: string, cursor: string): void
  /** An event of a room was handed out. */
  advanced(room: string, cursor: string): void
}

/** In one room, however the caller spells its name. */
export class RoomPosition implements Position<string> {
  readonly #room: string
  #cursor: string

  constructor(room: string, after: string) {
    this.#room = room
    this.#cursor = after
  }

  get path(): string {
    return `${roomPath(this.#room)}/events?after=${encodeURIComponent(this.#cursor)}`
  }

  get cursor(): string {
    return this.#cursor
  }

  begun(_room: string, cursor: string): void {
    this.#cursor = placeOf(this.#cursor, cursor)
  }

  advanced(_room: string, cursor: string): void {
    this.#cursor = cursor
  }
}

/** In several rooms, each with its own cursor. */
export class RoomsPosition implements Position<Record<string, string>> {
  readonly #cursors: Map<string, string>

  constructor(after: Readonly<Record<string, string>>) {
    this.#cursors = new Map(Object.entries(after))
  }

  get path(): string {
    const rooms = Array.from(this.#cursors, ([room, cursor]) => `${encodeURIComponent(room)}:${encodeURIComponent(cursor)}`)
    return `/v1/events?after=${rooms.join(',')}`
  }

  get cursor(): Record<string, string> {
    return Object.fromEntries(this.#cursors)
  }

  begun(room: string, cursor: string): void {
    this.#cursors.set(room, placeOf(this.#cursors.get(room), cursor))
  }

  advanced(room: string, cursor: string): void {
    this.#cursors.set(room, cursor)
  }
}

/** `now` becomes a place when a stream begins. Any other cursor stays until an event replaces it. */
const placeOf = (asked: string | undefined, begun: string): string => (asked === undefined || asked === 'now' ? begun : asked)
