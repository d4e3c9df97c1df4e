import type { Message, MessagePage, NewMessage } from '@tertulia/protocol'
import { type ChangeOptions, conditional } from './conditional.ts'
import { newIdempotencyKey } from './idempotency-key.ts'
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
export interface HistoryOptions extends CallOptions {
  /** Messages on a page, 1 to 200. */
  limit?: number
  before?: number
  after?: number
  around?: number
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

  /** A page of the history, ascending, deleted messages (`text: null`) included. Follow the events after its `cursor`. */
  async history(room: string, { limit, before, after, around, ...call }: HistoryOptions = {}): Promise<MessagePage> {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries({ limit, before, after, around })) {
      if (value !== undefined) query.set(name, String(value))
    }
    return (await this.#request<MessagePage>('GET', `${messagesPath(room)}?${query}`, call)).body
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
