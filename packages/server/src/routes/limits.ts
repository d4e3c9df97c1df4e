import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Limits, limitsWith, Problem, type RateLimits, type RegistrationMode, ref } from '@tertulia/protocol'

export interface LimitRoutesOptions {
  rates: RateLimits
  registration: RegistrationMode
}

export const limitRoutes: FastifyPluginAsyncTypebox<LimitRoutesOptions> = async (app, { rates, registration }) => {
  const limits = limitsWith(rates, registration)
  app.get(
    '/limits',
    {
      schema: {
        operationId: 'getLimits',
        summary: 'The limits in force: how often, how large, how many at once, and who may register',
        description: 'A request beyond them is refused with 413, 414, 422, 429 or 431.',
        tags: ['server'],
        security: [],
        response: { 200: ref(Limits), default: ref(Problem) }
      }
    },
    async () => limits
  )
}
