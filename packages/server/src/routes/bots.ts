import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BotList, IssuedBot, NewBot, Problem, ref } from '@tertulia/protocol'
import { bearer } from '../plugins/auth.ts'
import type { BotService } from '../services/bots.ts'
import { listMethods, listQuery, listRange, sendList } from './list-pages.ts'

export interface BotRoutesOptions {
  bots: BotService
}

const tags = ['bots']

const BotsQuery = listQuery('Bots', {})

export const botRoutes: FastifyPluginAsyncTypebox<BotRoutesOptions> = async (app, { bots }) => {
  app.route({
    ...listMethods,
    url: '/bots',
    schema: {
      operationId: 'listBots',
      summary: 'My bots, page by page',
      description: 'By name. Link leads to the next page.',
      answerHeaders: { 200: ['Link'] },
      tags,
      querystring: BotsQuery,
      response: { 200: ref(BotList), default: ref(Problem) }
    },
    handler: async (request, reply) => {
      const { items, next } = await bots.list(bearer(request).user, listRange(request.query))
      return sendList(request, reply, { url: `${app.prefix}/bots`, list: { bots: items }, next })
    }
  })

  app.post(
    '/bots',
    {
      config: { tokens: 'session' },
      schema: {
        operationId: 'makeBot',
        summary: 'Create a bot',
        description:
          'A user who is a program, and mine. The answer holds a token that may do all that the bot may; it is shown only here. POST /v1/tokens makes others.',
        problems: ['name-taken', 'too-many-bots'],
        tags,
        body: ref(NewBot),
        response: { 201: ref(IssuedBot), default: ref(Problem) }
      }
    },
    async (request, reply) => {
      const made = await bots.make(bearer(request), request.body)
      return reply
        .code(201)
        .header('location', `${app.prefix}/users/${encodeURIComponent(made.user.name)}`)
        .send(made)
    }
  )
}
