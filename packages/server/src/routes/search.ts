import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Problem, ref, SearchPage, searchCharsMax, searchLimitDefault, searchLimitMax } from '@tertulia/protocol'
import { signedIn } from '../plugins/auth.ts'
import { ChatError } from '../services/chat-error.ts'
import type { SearchService } from '../services/search.ts'
import { listMethods } from './list-pages.ts'

export interface SearchRoutesOptions {
  search: SearchService
}

const SearchQuery = Type.Object(
  {
    q: Type.String({
      minLength: 1,
      maxLength: searchCharsMax,
      description:
        'Words that must all be in the text; the last one also matches the beginning of a longer word. Words in "…" must be next to each other',
      examples: ['hi']
    }),
    room: Type.Optional(Type.String({ description: 'Only in this room' })),
    author: Type.Optional(Type.String({ description: 'Only by this user' })),
    before: Type.Optional(Type.String({ description: 'Where to continue: from the Link of the previous page' })),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: searchLimitMax, description: `Messages per page; ${searchLimitDefault} by default` })
    )
  },
  { additionalProperties: false }
)

export const searchRoutes: FastifyPluginAsyncTypebox<SearchRoutesOptions> = async (app, { search }) => {
  app.route({
    ...listMethods,
    url: '/search',
    config: { tokens: 'narrowed' },
    schema: {
      operationId: 'searchMessages',
      summary: 'Search the messages of every room that I may read',
      description:
        'The newest text comes first. Case and accents do not matter, symbols inside a word do, as in C++20. Link leads to the next page. Deleted text, and text that an edit replaced, is never found.',
      problems: ['room-not-found', 'banned', 'user-not-found', 'storage-failed'],
      answerHeaders: { 200: ['Link'] },
      tags: ['messages'],
      querystring: SearchQuery,
      response: { 200: ref(SearchPage), default: ref(Problem) }
    },
    handler: async (request, reply) => {
      const { limit = searchLimitDefault, ...sought } = request.query
      const found = search.search(signedIn(request), { ...sought, limit }).catch((error) => {
        if (error instanceof ChatError && error.code === 'rate-limited') reply.header('retry-after', 1)
        throw error
      })
      const { next, ...page } = await found
      if (next !== undefined) {
        const query = new URLSearchParams({ ...sought, limit: `${limit}`, before: next })
        reply.header('link', `<${app.prefix}/search?${query}>; rel="next"`)
      }
      reply.type('application/json; charset=utf-8')
      return reply.send(request.method === 'HEAD' ? (undefined as never) : page)
    }
  })
}
