import 'fastify'

declare module 'fastify' {
  /** What a route says of itself, beside the shapes that are checked; the OpenAPI description is made of it. */
  interface FastifySchema {
    operationId?: string
    summary?: string
    tags?: readonly string[]
    /** Media types of the answer, where it is not JSON. */
    produces?: readonly string[]
    /** Empty: no token is asked for. */
    security?: ReadonlyArray<Record<string, readonly string[]>>
  }
}
