import type { Message, MessagePage, NewMessage } from '@tertulia/protocol'
import { type ChangeOptions, conditional } from './conditional.ts'
import { newIdempotencyKey } from './idempotency-key.ts'
import { linkedQuery } from './link-field.ts'
import { ProblemError } from './problem-error.ts'
import type { CallOptions, Request } from './request.ts'
import { roomPath } from './rooms.ts'

const messagesPath = (room: string) => `${roomPath(room)}/messages`
const messagePath = (room: string, id: number) => `${messagesPath(room)}/${id}`

export interface PostOptions extends CallOptions {
  /** 1 to 255 visible ASCII characters; a post repeated with it within a day makes no second message. One is made if none is given. */
  idempotencyKey?: string
}

/** The newest messages, or those next to a message's id; at most one of the three is given. */
export interface HistoryPlace {
  /** Messages on a page, 1 to 200. A page of long ones ends earlier. */
  limit?: number | undefined
  before?: number | undefined
  after?: number | undefined
  around?: number | undefined
}
export interface HistoryOptions extends CallOptions, HistoryPlace {}

/** A page, and where those beside it are; undefined where there is none. */
export interface HistoryPage extends MessagePage {
  earlier: HistoryPlace | undefined
  later: HistoryPlace | undefined
}

export class Messages {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** Send a text; the first one joins a public room. Repeated attempts have one effect. */
  async post(room: string, message: NewMessage, options: PostOptions = {}): Promise<Message> {
    const { idempotencyKey = newIdempotencyKey(), ...call } = options
    return (await this.#request<Message>('POST', messagesPath(room), { ...call, idempotencyKey, body: message })).body
  }

  /**
   * A page of the history, ascending, deleted messages (`text: null`) included. Follow the events after its `cursor`.
   * How many messages it has says nothing of how many there are: `earlier` and `later` do.
   */
  async history(room: string, { limit, before, after, around, ...call }: HistoryOptions = {}): Promise<HistoryPage> {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries({ limit, before, after, around })) {
      if (value !== undefined) query.set(name, String(value))
    }
    const { body, header } = await this.#request<MessagePage>('GET', `${messagesPath(room)}?${query}`, call)
    const link = header('link')
    return { ...body, earlier: placeOf(linkedQuery(link, 'prev')), later: placeOf(linkedQuery(link, 'next')) }
  }

  /** @throws ProblemError 410 `message-deleted` */
  async get(room: string, id: number, options?: CallOptions): Promise<Message> {
    return (await this.#request<Message>('GET', messagePath(room, id), options)).body
  }

  async edit(room: string, id: number, change: NewMessage, options: ChangeOptions = {}): Promise<Message> {
    return (await this.#request<Message>('PUT', messagePath(room, id), { ...conditional(options), body: change })).body
  }

  async delete(room: string, id: number, options: ChangeOptions = {}): Promise<void> {
    try {
      await this.#request('DELETE', messagePath(room, id), conditional(options))
    } catch (error) {
      // The attempt that was cut on the way has deleted it.
      if (!(error instanceof ProblemError && error.code === 'message-deleted' && error.afterCut)) throw error
    }
  }
}

const placeOf = (query: URLSearchParams | undefined): HistoryPlace | undefined =>
  query && Object.fromEntries([...query].map(([name, value]) => [name, Number(value)]))
