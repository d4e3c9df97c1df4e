import type { NewRoom, Room, RoomChanges, RoomList } from '@tertulia/protocol'
import { type ChangeOptions, conditional } from './conditional.ts'
import { everyPage, type ListOptions, type ListPage, listPage } from './list-pages.ts'
import type { CallOptions, Request } from './request.ts'

/** Path of a room; what belongs to it lies under it. */
export const roomPath = (room: string): string => `/v1/rooms/${encodeURIComponent(room)}`

export interface RoomListOptions extends ListOptions {
  /** true: only those that one is a member of. */
  member?: boolean | undefined
}

export class Rooms {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** A page of the rooms that one may read, by name, each with one's role in it. */
  list({ limit, after, q, member, ...call }: RoomListOptions = {}): Promise<ListPage<RoomList>> {
    return listPage<RoomList>(this.#request, '/v1/rooms', { limit, after, q, member }, call)
  }

  /** All of them, page by page. */
  pages(options: RoomListOptions = {}): AsyncGenerator<ListPage<RoomList>> {
    return everyPage((after) => this.list({ ...options, after }), options.after)
  }

  async create(room: NewRoom, options?: CallOptions): Promise<Room> {
    return (await this.#request<Room>('POST', '/v1/rooms', { ...options, body: room })).body
  }

  /** In any spelling of its name. */
  async get(name: string, options?: CallOptions): Promise<Room> {
    return (await this.#request<Room>('GET', roomPath(name), options)).body
  }

  /** As an owner; what is not given stays as it is. */
  async change(name: string, changes: RoomChanges, options: ChangeOptions = {}): Promise<Room> {
    return (await this.#request<Room>('PATCH', roomPath(name), { ...conditional(options), body: changes })).body
  }
}
