import type { Message, MessagePage, NewMessage } from '@tertulia/protocol'
import { messagePage, message as shape } from './answer-shapes.ts'
import { type ChangeOptions, conditional } from './conditional.ts'
import { newIdempotencyKey } from './idempotency-key.ts'
import { linkedQuery } from './link-field.ts'
import { changed, isLost, look, looking, tagOf } from './lost-answer.ts'
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
    return (await this.#request('POST', messagesPath(room), { ...call, idempotencyKey, body: message, fits: shape })).body
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
    const { body, header } = await this.#request('GET', `${messagesPath(room)}?${query}`, { ...call, fits: messagePage })
    const link = header('link')
    return { ...body, earlier: placeOf(linkedQuery(link, 'prev')), later: placeOf(linkedQuery(link, 'next')) }
  }

  /** @throws ProblemError 410 `message-deleted` */
  async get(room: string, id: number, options?: CallOptions): Promise<Message> {
    return (await this.#request('GET', messagePath(room, id), { ...options, fits: shape })).body
  }

  /**
   * Give a message another text. A lost answer never undoes another edit: see {@link changed}.
   * @throws ConnectionError, ProblemError  `mayHaveArrived`: it may or may not have been edited; its present state is `current`
   */
  edit(room: string, id: number, change: NewMessage, options: ChangeOptions = {}): Promise<Message> {
    return changed(this.#request, {
      method: 'PUT',
      path: messagePath(room, id),
      body: change,
      options,
      fits: shape,
      isDone: ({ text }) => text === change.text,
      isUntouched
    })
  }

  /** Erase a message. One that was edited is not deleted by a second attempt, for its text may be another one. */
  async delete(room: string, id: number, options: ChangeOptions = {}): Promise<void> {
    const path = messagePath(room, id)
    const erase = (more: ChangeOptions) => this.#request('DELETE', path, conditional(more))
    try {
      await erase(options)
    } catch (error) {
      // The attempt that was cut on the way has deleted it.
      if (isDeleted(error) && error.mayHaveArrived) return
      if (!isLost(error, options)) throw error
      try {
        const now = await look(this.#request, path, shape, options, error)
        const tag = tagOf(now)
        const mayRepeat = options.ifMatch === undefined && isUntouched(now.body)
        if (!mayRepeat || tag === undefined) throw error.inDoubt(now.body)
        await erase({ ...looking(options), ifMatch: tag })
      } catch (again) {
        if (!isDeleted(again)) throw again
      }
    }
  }
}

const placeOf = (query: URLSearchParams | undefined): HistoryPlace | undefined =>
  query && Object.fromEntries([...query].map(([name, value]) => [name, Number(value)]))

/** Its first text is still there: no edit has been carried out, and no deletion. */
const isUntouched = ({ id, rev }: Message): boolean => rev === id

const isDeleted = (error: unknown): error is ProblemError => error instanceof ProblemError && error.code === 'message-deleted'
