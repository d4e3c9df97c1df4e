import type { ReadMarker } from '@tertulia/protocol'
import { readMarker } from './answer-shapes.ts'
import type { CallOptions, Request } from './request.ts'
import { roomPath } from './rooms.ts'

/** How far one has read, in each room that one is a member of; `rooms.list` shows it too. */
export class ReadMarkers {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** One has read up to this message or event, without it everything. It never goes back, so it may be repeated. */
  async put(room: string, upTo = Number.MAX_SAFE_INTEGER, options: CallOptions = {}): Promise<ReadMarker> {
    const call = { ...options, body: { upTo }, repeatable: true, fits: readMarker }
    return (await this.#request('PUT', `${roomPath(room)}/read-marker`, call)).body
  }
}
