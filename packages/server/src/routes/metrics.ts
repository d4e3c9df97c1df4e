import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { expositionType } from '../services/exposition.ts'
import type { Metrics } from '../services/metrics.ts'

export const metricsRoutes: FastifyPluginAsyncTypebox<{ metrics: Metrics }> = async (app, { metrics }) => {
  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'getMetrics',
        summary: 'Figures for Prometheus',
        description: 'In the text format of Prometheus.',
        tags: ['server'],
        produces: ['text/plain'],
        security: [],
        examples: { 'text/plain': '# TYPE tertulia_streams gauge\ntertulia_streams 3\n' }
      }
    },
    async (_request, reply) => reply.type(expositionType).send(metrics.text())
  )
}
