import { schemas } from '@tertulia/protocol'
import fastJson, { type Schema } from 'fast-json-stringify'
import fp from 'fastify-plugin'

/**
 * Writes answers by the schema of their route. It brings the named schemas along: an app that this one is part of may have
 * others of the same names, and another way to write.
 */
export const serialization = fp(
  async (app) => {
    const schema = Object.fromEntries(schemas.map((named) => [named.$id, named as Schema]))
    app.setSerializerCompiler<Schema>((route) => fastJson(route.schema, { schema }))
  },
  { name: 'serialization' }
)
