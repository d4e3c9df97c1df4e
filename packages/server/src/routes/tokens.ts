import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { IssuedToken, NewToken, Problem, ref, TokenList } from '@tertulia/protocol'
import { bearer } from '../plugins/auth.ts'
import type { TokenService } from '../services/tokens.ts'
import { listMethods, listQuery, listRange, sendList } from './list-pages.ts'
import { TokenParams } from './params.ts'

export interface TokenRoutesOptions {
  tokens: TokenService
}

const tags = ['tokens']

const TokensQuery = listQuery('Tokens', {
  bot: Type.Optional(Type.String({ description: 'The tokens of this bot of mine; my own by default' }))
})

export const tokenRoutes: FastifyPluginAsyncTypebox<TokenRoutesOptions> = async (app, { tokens }) => {
  app.route({
    ...listMethods,
    url: '/tokens',
    schema: {
      operationId: 'listTokens',
      summary: 'My tokens for programs, page by page',
      description: 'By name, without the secret tokens themselves, and without sessions. Link leads to the next page.',
      problems: ['user-not-found'],
      answerHeaders: { 200: ['Link'] },
      tags,
      querystring: TokensQuery,
      response: { 200: ref(TokenList), default: ref(Problem) }
    },
    handler: async (request, reply) => {
      const { bot } = request.query
      const { items, next } = await tokens.list(bearer(request).user, { ...listRange(request.query), bot })
      return sendList(request, reply, { url: `${app.prefix}/tokens`, list: { tokens: items }, next })
    }
  })

  app.post(
    '/tokens',
    {
      config: { tokens: 'session' },
      schema: {
        operationId: 'makeToken',
        summary: 'Create a token for a program',
        description:
          'It speaks for me, or for a bot of mine. Bind it to what the program needs: what is not given is not bound. It is shown only here. Only who is signed in makes tokens: a token for a program makes none that would outlive it.',
        problems: ['name-taken', 'too-many-tokens', 'user-not-found', 'room-not-found'],
        tags,
        body: ref(NewToken),
        response: { 201: ref(IssuedToken), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const token = await tokens.make(bearer(request), request.body)
      return reply.code(201).header('location', `${app.prefix}/tokens/${token.id}`).send(token)
    }
  )

  app.delete(
    '/tokens/:tokenId',
    {
      config: { tokens: 'session' },
      schema: {
        operationId: 'endToken',
        summary: 'End a token of mine, or of a bot of mine',
        description: 'The token is refused from now on, and its streams end within seconds.',
        tags,
        params: TokenParams,
        response: { 204: Type.Null({ description: 'Ended' }), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      await tokens.end(bearer(request), request.params.tokenId)
      return reply.code(204).send(null)
    }
  )
}
