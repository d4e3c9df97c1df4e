import fp from 'fastify-plugin'
import { turnOf } from '../connections/exchanges.ts'
import { guard } from '../connections/server-guard.ts'

/** The requests of one connection are carried out one after the other, and none after the last answer (RFC 9112, 9.3.2 and 9.6). */
export const pipelining = fp(
  async (app) => {
    guard(app.server)
    app.addHook('onRequest', (request, reply, done) =>
      turnOf(request.raw, (mayAnswer) => {
        if (mayAnswer) done()
        else reply.hijack()
      })
    )
  },
  { name: 'pipelining' }
)
