import { schemas } from '@tertulia/protocol'
import fastJson, { type Schema } from 'fast-json-stringify'
import fp from 'fastify-plugin'
import { compiledOnce } from './compiled-once.ts'

/**
 * Writes answers by the schema of their route. It brings the named schemas along: an app that this one is part of may have
 * others of the same names, and another way to write.
 */
export const serialization = fp(
  async (app) => {
    app.setSerializerCompiler<Schema>(({ schema }) => writer(schema))
  },
  { name: 'serialization' }
)

const named = Object.fromEntries(schemas.map((schema) => [schema.$id, schema as Schema]))
const writer = compiledOnce((schema: Schema) => fastJson(schema, { schema: named }))
