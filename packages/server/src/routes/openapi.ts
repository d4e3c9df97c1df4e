import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Operation } from '../plugins/operations.ts'
import { type ContractFacts, openapiDocument } from './openapi-document.ts'

export interface OpenapiRoutesOptions extends ContractFacts {
  /** Filled as routes are registered. */
  operations: readonly Operation[]
}

export const openapiRoutes: FastifyPluginAsyncTypebox<OpenapiRoutesOptions> = async (app, { operations, ...facts }) => {
  let document: string | undefined
  app.get(
    '/openapi.json',
    {
      schema: {
        operationId: 'getContract',
        summary: 'This description of everything that can be asked for',
        tags: ['server'],
        produces: ['application/json'],
        security: []
      }
    },
    async (_request, reply) => {
      document ??= JSON.stringify(openapiDocument(operations, facts))
      return reply.type('application/json').send(document)
    }
  )
}
