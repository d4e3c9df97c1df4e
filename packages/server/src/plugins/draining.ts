import fp from 'fastify-plugin'
import { ChatError } from '../services/chat-error.ts'

/** How far the server is with stopping. */
export interface Drain {
  /** Since some time, whoever asks whether it is ready is told that it is going to stop. */
  isAnnounced: () => boolean
  begun: boolean
}

/**
 * Once the server stops, what was accepted is finished and what comes is sent elsewhere, or to later. Where that was announced, nothing is
 * refused: what still comes was sent by a balancer that has not noticed, and that would pass the refusal on.
 */
export const draining = fp<{ drain: Drain }>(
  async (app, { drain }) => {
    app.addHook('onRequest', (_request, reply, done) => {
      if (!drain.begun || drain.isAnnounced()) return done()
      reply.header('retry-after', '2')
      done(new ChatError('draining', 'The server is stopping. Try again in a moment.'))
    })
  },
  { name: 'draining' }
)
