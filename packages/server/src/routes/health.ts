import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Health, ref } from '@tertulia/protocol'
import type { Drain } from '../plugins/draining.ts'

export interface HealthRoutesOptions {
  /** Whether the store is there; undefined: it is never away. */
  storeState?: () => 'up' | 'away' | undefined
  /** Why no write is taken any more. */
  writesOff: () => string | undefined
  drain: Drain
  /** Its news may be late; requests are answered all the same. */
  bus: { readonly state: 'up' | 'degraded' }
}

const tags = ['health']

export const healthRoutes: FastifyPluginAsyncTypebox<HealthRoutesOptions> = async (
  app,
  { storeState, writesOff, drain, bus }
) => {
  app.get(
    '/health/live',
    {
      schema: {
        operationId: 'getLiveness',
        summary: 'Whether the server runs',
        description: 'It answers as long as the process runs, even while it is stopping.',
        tags,
        security: [],
        response: { 200: ref(Health) }
      }
    },
    async () => ({ status: 'ok' as const })
  )

  app.get(
    '/health/ready',
    {
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether the server takes requests',
        description:
          'For a load balancer: 503 while the server is stopping, and after its disk has failed. Without its database it is ready all the same: other servers have the same one.',
        tags,
        security: [],
        response: { 200: ref(Health), 503: ref(Health) }
      }
    },
    async (_request, reply) => {
      const status = drain.begun || drain.isAnnounced() ? 'draining' : writesOff() !== undefined ? 'failed' : 'ok'
      const store = storeState?.()
      return reply
        .code(status === 'ok' ? 200 : 503)
        .send(store === undefined ? { status, bus: bus.state } : { status, store, bus: bus.state })
    }
  )
}
