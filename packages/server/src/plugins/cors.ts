import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { varyBy } from '../requests/vary.ts'

export interface CorsOptions {
  /** Origins whose pages may read and write here; none: the protocol is off. */
  origins: readonly string[]
}

/** Fields of requests that mean something here, beside those that need no permission. */
const requestFields = 'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Prefer'
/** Fields of answers that mean something to a client. */
const answerFields =
  'Accept, Accept-Encoding, Allow, ETag, Idempotency-Replayed, Link, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate'
/** How long a browser may remember what a preflight was told. */
const rememberSeconds = 600

/**
 * Lets pages of listed origins read what they ask for, refusals and streams included (WHATWG Fetch, 3.2). Nothing is allowed with
 * credentials: a browser has none for this server, and a page that has a token sends it itself.
 */
export const cors = fp<CorsOptions>(
  async (app, { origins }) => {
    if (origins.length === 0) return
    const listed = new Set<string | undefined>(origins)

    app.addHook('onRequest', (request, reply, done) => {
      varyBy(reply, 'origin')
      const { origin } = request.headers
      if (!listed.has(origin)) return done()
      reply.header('access-control-allow-origin', origin)
      if (isPreflight(request)) {
        reply.header('access-control-allow-headers', requestFields).header('access-control-max-age', rememberSeconds)
      } else reply.header('access-control-expose-headers', answerFields)
      done()
    })

    // Which methods a path has is found out on the way.
    app.addHook('onSend', (request, reply, payload, done) => {
      const allow = reply.getHeader('allow')
      if (isPreflight(request) && listed.has(request.headers.origin) && allow !== undefined) {
        reply.header('access-control-allow-methods', allow)
      }
      done(null, payload)
    })
  },
  { name: 'cors' }
)

const isPreflight = ({ method, headers }: FastifyRequest): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
