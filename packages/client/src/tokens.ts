import type { IssuedToken, NewToken, TokenList } from '@tertulia/protocol'
import { issuedToken, tokenList } from './answer-shapes.ts'
import { everyPage, type ListOptions, type ListPage, listPage } from './list-pages.ts'
import { ProblemError } from './problem-error.ts'
import type { CallOptions, Request } from './request.ts'

export interface TokenListOptions extends ListOptions {
  /** Those of this bot of one's own; else those of the user. */
  bot?: string | undefined
}

/** Tokens for programs. */
export class Tokens {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** A page of the tokens that have a name, by name. */
  list({ limit, after, q, bot, ...call }: TokenListOptions = {}): Promise<ListPage<TokenList>> {
    return listPage(this.#request, '/v1/tokens', { limit, after, q, bot }, { ...call, fits: tokenList })
  }

  /** All of them, page by page. */
  pages(options: TokenListOptions = {}): AsyncGenerator<ListPage<TokenList>> {
    return everyPage((after) => this.list({ ...options, after }), options.after)
  }

  /**
   * Make one. The token of this client must be that of a session: those for programs make no others. It is shown only here: when the
   * answer is lost so is the token, and its name is taken until it is ended.
   * @throws ProblemError 403 `token-scope`; 409 `name-taken`; `mayHaveArrived`: perhaps by an earlier attempt of this very call
   */
  async create(token: NewToken, options?: CallOptions): Promise<IssuedToken> {
    // A second one finds the name taken, and changes nothing.
    return (await this.#request('POST', '/v1/tokens', { ...options, body: token, repeatable: true, fits: issuedToken })).body
  }

  /** End one of one's own, or of a bot of one's own. @throws ProblemError 404 `token-not-found` */
  async delete(id: number, options?: CallOptions): Promise<void> {
    try {
      // Its number is never that of another one.
      await this.#request('DELETE', `/v1/tokens/${id}`, { ...options, repeatable: true })
    } catch (error) {
      const wasEnded = error instanceof ProblemError && error.code === 'token-not-found' && error.mayHaveArrived
      if (!wasEnded) throw error
    }
  }
}
