import { formatCursor, parseAfter } from '@tertulia/protocol'
import type { Store, StoredUser } from '../stores/store.ts'
import { ChatError } from './chat-error.ts'
import type { RoomService } from './rooms.ts'

/** A room to follow, and the last event of it that the reader has: its number, or whichever is the last now. */
export interface Place {
  log: number
  room: string
  after: number | 'now'
  private: boolean
}

export class EventService {
  readonly #store: Store
  readonly #rooms: RoomService

  constructor({ store, rooms }: { store: Store; rooms: RoomService }) {
    this.#store = store
    this.#rooms = rooms
  }

  /**
   * Where in a room's log a reader goes on.
   * @param after  `0` (the oldest event that is kept), `now` or `<epoch>.<seq>`, as the reader wrote it
   * @throws ChatError room-not-found; cursor-invalid; cursor-expired, with the head of the log, when what follows is not there
   */
  async place(reader: StoredUser, name: string, after = 'now'): Promise<Place> {
    const { log, room } = await this.#rooms.find(reader, name)
    return { log, room: room.name, after: await this.#seq(log, name, after), private: room.visibility === 'private' }
  }

  async #seq(log: number, room: string, text: string): Promise<number | 'now'> {
    const after = parseAfter(text)
    if (after === undefined) {
      throw new ChatError(
        'cursor-invalid',
        `“${text}” is no cursor: write 0, now, or one that this server gave, such as abcd1234.57.`
      )
    }
    if (after === 'now') return 'now'
    const { firstSeq, head } = (await this.#store.extents([log])).get(log) ?? { firstSeq: 1, head: 0 }
    if (after === 'beginning') return firstSeq - 1
    if (after.epoch === this.#store.epoch && after.seq >= firstSeq - 1 && after.seq <= head) return after.seq
    const cursor = formatCursor(this.#store.epoch, head)
    const detail = `What follows ${text} in ${room} is not here any more. Read the history, then follow from ${cursor}.`
    throw new ChatError('cursor-expired', detail, { cursor })
  }
}
