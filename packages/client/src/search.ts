import type { SearchPage } from '@tertulia/protocol'
import { searchPage } from './answer-shapes.ts'
import { linkedQuery } from './link-field.ts'
import { everyPage } from './list-pages.ts'
import type { CallOptions, Request } from './request.ts'

export interface SearchOptions extends CallOptions {
  /** Only in this room, only by this user. */
  room?: string | undefined
  author?: string | undefined
  /** Messages on a page, 1 to 100; else 20. A page of long ones ends earlier. */
  limit?: number | undefined
  /** The page after another one: its `next`. */
  before?: string | undefined
}

/** What was found; `next` is the `before` of the page that follows it, undefined if none does. */
export type FoundPage = SearchPage & { next: string | undefined }

export class Search {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /**
   * A page of the messages that have all these words, the newest text first, in all rooms that one may read. The last word may be the
   * beginning of one; `"…"`: next to each other.
   * @throws ProblemError 400 `invalid-query` where there is no word
   */
  async find(q: string, { room, author, limit, before, ...call }: SearchOptions = {}): Promise<FoundPage> {
    const query = new URLSearchParams({ q })
    for (const [name, value] of Object.entries({ room, author, limit, before })) {
      if (value !== undefined) query.set(name, String(value))
    }
    const { body, header } = await this.#request('GET', `/v1/search?${query}`, { ...call, fits: searchPage })
    return { ...body, next: linkedQuery(header('link'), 'next')?.get('before') ?? undefined }
  }

  /** All of them, page by page. */
  pages(q: string, options: SearchOptions = {}): AsyncGenerator<FoundPage> {
    return everyPage((before) => this.find(q, { ...options, before }), options.before)
  }
}
