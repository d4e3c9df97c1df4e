import type { BotList, IssuedBot, NewBot } from '@tertulia/protocol'
import { botList, issuedBot } from './answer-shapes.ts'
import { everyPage, type ListOptions, type ListPage, listPage } from './list-pages.ts'
import { ProblemError } from './problem-error.ts'
import type { CallOptions, Request } from './request.ts'

/** Users who are programs. */
export class Bots {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** A page of one's own bots, by name. */
  list({ limit, after, q, ...call }: ListOptions = {}): Promise<ListPage<BotList>> {
    return listPage(this.#request, '/v1/bots', { limit, after, q }, { ...call, fits: botList })
  }

  /** All of them, page by page. */
  pages(options: ListOptions = {}): AsyncGenerator<ListPage<BotList>> {
    return everyPage((after) => this.list({ ...options, after }), options.after)
  }

  /**
   * End one for ever: its memberships and tokens end, what it wrote stays, and nobody gets its name.
   * @throws ProblemError 409 `last-owner`, with the rooms that nobody else owns; 404 `user-not-found`
   */
  async delete(name: string, options?: CallOptions): Promise<void> {
    try {
      await this.#request('DELETE', `/v1/bots/${encodeURIComponent(name)}`, { ...options, repeatable: true })
    } catch (error) {
      const wasEnded = error instanceof ProblemError && error.code === 'user-not-found' && error.mayHaveArrived
      if (!wasEnded) throw error
    }
  }

  /**
   * Make one. Its token is shown only here; when the answer is lost, `tokens.create({ bot, … })` makes another one.
   * @throws ProblemError 409 `name-taken`; `mayHaveArrived`: perhaps by an earlier attempt of this very call
   */
  async create(bot: NewBot, options?: CallOptions): Promise<IssuedBot> {
    // A second one finds the name taken, and changes nothing.
    return (await this.#request('POST', '/v1/bots', { ...options, body: bot, repeatable: true, fits: issuedBot })).body
  }
}
