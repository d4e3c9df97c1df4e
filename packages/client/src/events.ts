import type { EventPage } from '@tertulia/protocol'
import { eventPage } from './answer-shapes.ts'
import type { CallOptions, Request } from './request.ts'
import { roomPath } from './rooms.ts'

export interface EventPageOptions extends CallOptions {
  /** The cursor to begin after: `0`, or one that the server gave. */
  after: string
  /** Events on the page, 1 to 500; else 100. A page of long ones ends earlier. */
  limit?: number | undefined
}

/** The log of a room, read page by page. `ChatClient.follow` reads it as it grows. */
export class Events {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** What comes after a cursor; `more`: ask again after the page's own. @throws ProblemError 410 `cursor-expired` */
  async page(room: string, { after, limit, ...call }: EventPageOptions): Promise<EventPage> {
    const query = new URLSearchParams({ after })
    if (limit !== undefined) query.set('limit', String(limit))
    return (await this.#request('GET', `${roomPath(room)}/events?${query}`, { ...call, fits: eventPage })).body
  }
}
