import fp from 'fastify-plugin'

/** A line for each request, where the log level asks for it; otherwise nothing is done. */
export const requestLines = fp(
  async (app) => {
    if (app.log.level !== 'debug' && app.log.level !== 'trace') return
    app.addHook('onResponse', (request, reply, done) => {
      const { id, method, url } = request
      app.log.debug({ request: id, method, url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request')
      done()
    })
  },
  { name: 'request-lines' }
)
