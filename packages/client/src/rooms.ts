import type { NewRoom, Room, RoomChanges, RoomList } from '@tertulia/protocol'
import { roomList, room as shape } from './answer-shapes.ts'
import type { ChangeOptions } from './conditional.ts'
import { everyPage, type ListOptions, type ListPage, listPage } from './list-pages.ts'
import { changed, isLost, looking } from './lost-answer.ts'
import { ProblemError } from './problem-error.ts'
import type { CallOptions, Request } from './request.ts'

/** Path of a room; what belongs to it lies under it. */
export const roomPath = (room: string): string => `/v1/rooms/${encodeURIComponent(room)}`

export interface RoomListOptions extends ListOptions {
  /** true: only those that one is a member of. */
  member?: boolean | undefined
}

/** Whether a room has these settings; those that are not given do not matter. */
const is = (room: Room, settings: RoomChanges): boolean =>
  (['title', 'visibility', 'archived', 'retainDays'] as const).every(
    (key) => settings[key] === undefined || settings[key] === room[key]
  )

export class Rooms {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** A page of the rooms that one may read, by name, each with one's role in it. */
  list({ limit, after, q, member, ...call }: RoomListOptions = {}): Promise<ListPage<RoomList>> {
    return listPage(this.#request, '/v1/rooms', { limit, after, q, member }, { ...call, fits: roomList })
  }

  /** All of them, page by page. */
  pages(options: RoomListOptions = {}): AsyncGenerator<ListPage<RoomList>> {
    return everyPage((after) => this.list({ ...options, after }), options.after)
  }

  /**
   * Make a room and own it. When the answer is lost, a room of this name that one owns and that is as it was asked for is taken for it.
   * @throws ProblemError 409 `name-taken`
   */
  async create(room: NewRoom, options: CallOptions = {}): Promise<Room> {
    try {
      // A second one finds the name taken, and changes nothing.
      return (await this.#request('POST', '/v1/rooms', { ...options, body: room, repeatable: true, fits: shape })).body
    } catch (error) {
      const isTaken = error instanceof ProblemError && error.code === 'name-taken' && error.mayHaveArrived
      if (!isTaken && !isLost(error, options)) throw error
      const found = await this.#owned(room, looking(options)).catch(() => undefined)
      if (!found) throw error
      return found
    }
  }

  /** In any spelling of its name. */
  async get(name: string, options?: CallOptions): Promise<Room> {
    return (await this.#request('GET', roomPath(name), { ...options, fits: shape })).body
  }

  /**
   * As an owner; what is not given stays as it is. A lost answer never undoes another change: see {@link changed}.
   * @throws ConnectionError, ProblemError  `mayHaveArrived`: it may or may not have been changed; its present state is `current`
   */
  change(name: string, changes: RoomChanges, options: ChangeOptions = {}): Promise<Room> {
    return changed(this.#request, {
      method: 'PATCH',
      path: roomPath(name),
      body: changes,
      options,
      fits: shape,
      isDone: (room) => is(room, changes),
      isUntouched: ({ rev }) => rev === 1
    })
  }

  async #owned({ name, ...settings }: NewRoom, options: CallOptions): Promise<Room | undefined> {
    // Of all names that begin so it is the first one.
    const { rooms } = await this.list({ ...options, q: name, member: true })
    const listed = rooms.find((room) => room.name === name)
    return listed?.role === 'owner' && is(listed, settings) ? this.get(name, options) : undefined
  }
}
