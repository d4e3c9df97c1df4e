import type { NewRoom, Room, RoomList } from '@tertulia/protocol'
import type { CallOptions, Request } from './request.ts'

/** Path of a room; what belongs to it lies under it. */
export const roomPath = (room: string): string => `/v1/rooms/${encodeURIComponent(room)}`

export class Rooms {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  async list(options?: CallOptions): Promise<Room[]> {
    return (await this.#request<RoomList>('GET', '/v1/rooms', options)).body.rooms
  }

  async create(room: NewRoom, options?: CallOptions): Promise<Room> {
    return (await this.#request<Room>('POST', '/v1/rooms', { ...options, body: room })).body
  }

  /** In any spelling of its name. */
  async get(name: string, options?: CallOptions): Promise<Room> {
    return (await this.#request<Room>('GET', roomPath(name), options)).body
  }
}
