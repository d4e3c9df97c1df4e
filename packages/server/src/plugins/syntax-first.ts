import { type TObject, Type } from '@sinclair/typebox'
import type { FastifyRequest, preValidationHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { ifMatch } from '../requests/conditions.ts'
import { idempotencyKey } from '../requests/idempotency-key.ts'
import { queryReader } from './schema-compilers.ts'

/** A route that names no query parameter takes none. */
const noParameters = Type.Object({}, { additionalProperties: false })

/** Header fields whose syntax is checked, by their names in the description of a route. */
const fields: Record<string, (request: FastifyRequest) => unknown> = { 'Idempotency-Key': idempotencyKey, 'If-Match': ifMatch }

/** Whether query and header fields can be read (400) is told before what is wrong in the body (422) and what is not there (404). */
export const syntaxFirst = fp(
  async (app) => {
    app.addHook('onRoute', (route) => {
      route.schema ??= {}
      route.schema.querystring ??= noParameters
      const heeded = Object.keys((route.schema.requestHeaders as TObject | undefined)?.properties ?? {})
      const checks = heeded.flatMap((name) => fields[name] ?? [])
      const readQuery = queryReader(route.schema.querystring as TObject)
      const checkSyntax: preValidationHookHandler = (request, _reply, done) => {
        const read = readQuery(request.query)
        if ('error' in read) return done(read.error)
        request.query = read.value
        done(fault(checks, request))
      }
      route.preValidation = [checkSyntax, ...[route.preValidation ?? []].flat()]
    })
  },
  { name: 'syntax-first', dependencies: ['schema-compilers'] }
)

function fault(checks: ReadonlyArray<(request: FastifyRequest) => unknown>, request: FastifyRequest): Error | undefined {
  try {
    for (const check of checks) check(request)
    return undefined
  } catch (error) {
    return error as Error
  }
}
