import type { ListedRoom, NewRoom, Room, RoomChanges, RoomList } from '@tertulia/protocol'
import { type ChangeOptions, conditional } from './conditional.ts'
import type { CallOptions, Request } from './request.ts'

/** Path of a room; what belongs to it lies under it. */
export const roomPath = (room: string): string => `/v1/rooms/${encodeURIComponent(room)}`

export class Rooms {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** Every room that one may read, by name, with one's role in it. */
  async list(options?: CallOptions): Promise<ListedRoom[]> {
    return (await this.#request<RoomList>('GET', '/v1/rooms', options)).body.rooms
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
