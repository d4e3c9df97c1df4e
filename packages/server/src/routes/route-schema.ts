import type { TObject } from '@sinclair/typebox'
import 'fastify'

declare module 'fastify' {
  /** What a route says of itself, beside the shapes that are checked; the OpenAPI description is made of it. */
  interface FastifySchema {
    operationId?: string
    summary?: string
    tags?: readonly string[]
    /** Header fields that it heeds. They are described here and read by the plugin of each. */
    requestHeaders?: TObject
    /** Media types of the answer, where it is not JSON. */
    produces?: readonly string[]
    /** Not for the description of an app around this one. */
    hide?: boolean
    /** Empty: no token is asked for. */
    security?: ReadonlyArray<Record<string, readonly string[]>>
  }
}
