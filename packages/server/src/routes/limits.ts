import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Limits, limitsWith, Problem, type RateLimits, ref } from '@tertulia/protocol'

export const limitRoutes: FastifyPluginAsyncTypebox<{ rates: RateLimits }> = async (app, { rates }) => {
  const limits = limitsWith(rates)
  app.get(
    '/limits',
    {
      schema: {
        operationId: 'getLimits',
        summary: 'The limits in force: how often, how large, how many at once',
        description: 'A request beyond them is refused with 413, 414, 422, 429 or 431.',
        tags: ['server'],
        security: [],
        response: { 200: ref(Limits), default: ref(Problem) }
      }
    },
    async () => limits
  )
}
