import fp from 'fastify-plugin'

/**
 * Whatever is answered to a request for one of the lab's paths, the connection ends with it, as it does with the HTTP/1.0 server of the
 * lab: its client asks again on the same `HTTPConnection`, which opens a new one only if the old one was said to close, and leaves
 * answers unread.
 */
export const labConnections = fp(
  async (app) => {
    const paths = new Set([app.prefix, `${app.prefix}/`, `${app.prefix}/user`, `${app.prefix}/getMsg`])
    app.addHook('onRequest', ({ url }, reply, done) => {
      const [path = ''] = url.split('?', 1)
      // Not the header field, which is decided on in several places; Node writes it.
      if (paths.has(path)) reply.raw.shouldKeepAlive = false
      done()
    })
  },
  { name: 'lab-connections' }
)
