import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Contract, contractPage } from '../pages/contract-page.ts'
import type { Operation } from '../plugins/operations.ts'
import { usedUrl } from '../requests/authority.ts'
import { type ContractFacts, openapiDocument } from './openapi-document.ts'
import { pageExamples, pageSchema, sendPage } from './page-representations.ts'

export interface OpenapiRoutesOptions extends Omit<ContractFacts, 'prefix'> {
  /** Filled as routes are registered. */
  operations: readonly Operation[]
}

export const openapiRoutes: FastifyPluginAsyncTypebox<OpenapiRoutesOptions> = async (app, { operations, ...facts }) => {
  let made: Promise<{ contract: Contract; bytes: Buffer }> | undefined
  const make = async () => {
    const contract = await openapiDocument(operations, { ...facts, prefix: app.prefix })
    return { contract: contract as Contract, bytes: Buffer.from(await jsonOf(contract, 2)) }
  }
  const document = () => {
    made ??= make()
    return made
  }

  app.get(
    '/openapi.json',
    {
      schema: {
        operationId: 'getContract',
        summary: 'This description of the whole interface',
        description: 'OpenAPI 3.1, generated from the schemas that requests are checked against. For people it is at /docs.',
        tags: ['server'],
        produces: ['application/json'],
        examples: { 'application/json': { openapi: '3.1.0', info: { title: 'Tertulia', version: '0.1.0' }, paths: {} } },
        security: []
      }
    },
    async (_request, reply) => reply.type('application/json').send((await document()).bytes)
  )

  app.get(
    '/docs',
    {
      schema: {
        ...pageSchema,
        operationId: 'readContract',
        summary: 'The same for people',
        description: 'Every operation with its parameters, its answers and an example for curl.',
        tags: ['server'],
        examples: pageExamples('Contract', { openapi: '3.1.0', info: { title: 'Tertulia', version: '0.1.0' }, paths: {} })
      }
    },
    async (request, reply) => {
      const { contract } = await document()
      const page = contractPage(contract, facts.publicUrl ?? `${usedUrl(request)}${app.prefix}`)
      return sendPage(request, reply, facts.base, page, contract)
    }
  )
}

/** The JSON of an object. Others have a turn after each of its members, down to this level. */
async function jsonOf(object: object, levels: number): Promise<string> {
  const members: string[] = []
  for (const [name, member] of Object.entries(object)) {
    await nextTurn()
    const isDeeper = levels > 1 && typeof member === 'object' && member !== null && !Array.isArray(member)
    const json = isDeeper ? await jsonOf(member, levels - 1) : JSON.stringify(member)
    if (json !== undefined) members.push(`${JSON.stringify(name)}:${json}`)
  }
  return `{${members.join(',')}}`
}
