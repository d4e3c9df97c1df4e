import type { ChatClient, HistoryPlace } from '@tertulia/client'
import type { LogEvent } from '@tertulia/protocol'
import { Room } from './room.ts'

/** So many rooms that were opened stay loaded, and up to date. */
const most = 8

/** One has come to a room or gone from it, by whoever's wish. */
export type MembershipEvent = Extract<LogEvent, { membership: unknown }>

/** The rooms that were opened last: they stay loaded, and hear what happens in them. */
export class OpenRooms {
  readonly #client: ChatClient
  readonly #rooms = new Map<string, Room>()

  constructor(client: ChatClient) {
    this.#client = client
  }

  get(name: string): Room | undefined {
    return this.#rooms.get(name)
  }

  all(): Iterable<Room> {
    return this.#rooms.values()
  }

  /** A room that is shown: loaded, or loading. The one that was shown longest ago is let go. */
  show(name: string): Room {
    const known = this.#rooms.get(name)
    const room =
      known ??
      new Room(name, {
        history: (place: HistoryPlace) => this.#client.messages.history(name, place),
        log: (after: string) => this.#client.events.page(name, { after, limit: 500 })
      })
    this.#rooms.delete(name)
    this.#rooms.set(name, room)
    for (const other of this.#rooms.keys()) if (this.#rooms.size > most) this.#rooms.delete(other)
    if (!known) void room.open()
    return room
  }

  forget(name: string): void {
    this.#rooms.delete(name)
  }

  /** @param isPublic  the room can be read by who is no member, too */
  moved(event: MembershipEvent, isPublic: boolean): void {
    const { room: name, role } = event.membership
    const room = this.#rooms.get(name)
    if (!room) return
    if (event.type !== 'membership.left') {
      room.departure.value = undefined
      if (room.isClosed.peek()) void room.open()
    } else if (role === 'banned' && event.reason === 'removed') {
      // A ban was lifted: what is public can be read again.
      room.departure.value = undefined
      void room.open()
    } else {
      room.departure.value = event.reason
      if (event.reason === 'banned' || !isPublic) room.close()
    }
  }
}
