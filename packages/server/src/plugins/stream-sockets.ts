import type { Socket } from 'node:net'
import fp from 'fastify-plugin'

export interface StreamSocketOptions {
  /** Whether a stream writes to this socket until it ends. */
  owns: (socket: Socket) => boolean
}

/** Nothing else is ever written to a socket that a stream owns: who sends more on it is cut off. */
export const streamSockets = fp<StreamSocketOptions>(
  async (app, { owns }) => {
    // Before the listener of Fastify, which writes nothing to a socket that is gone.
    app.server.prependListener('clientError', (_error: Error, socket: Socket) => {
      if (owns(socket)) socket.destroy()
    })
    app.addHook('onRequest', (request, reply, done) => {
      const { socket } = request.raw
      if (!owns(socket)) return done()
      reply.hijack()
      socket.destroy()
    })
  },
  { name: 'stream-sockets' }
)
