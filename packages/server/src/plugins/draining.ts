import fp from 'fastify-plugin'
import { ChatError } from '../services/chat-error.ts'

/** Whether the server is about to stop. */
export interface Drain {
  begun: boolean
}

/** Once the server is about to stop, what was accepted is finished and what comes is sent elsewhere, or to later. */
export const draining = fp<{ drain: Drain }>(
  async (app, { drain }) => {
    app.addHook('onRequest', (_request, reply, done) => {
      if (!drain.begun) return done()
      reply.header('retry-after', '2')
      done(new ChatError('draining', 'The server is stopping. Try again in a moment.'))
    })
  },
  { name: 'draining' }
)
