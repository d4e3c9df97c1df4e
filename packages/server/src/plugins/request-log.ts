import fp from 'fastify-plugin'
import { shownUrl } from '../requests/shown-url.ts'

export interface RequestLogOptions {
  /** Counts an answer. `route`: the pattern that the path matched. */
  answered: (method: string, route: string, status: number) => void
}

/** Notes every answer, a stream as it begins: its count, and a line where the log level asks for it. */
export const requestLog = fp<RequestLogOptions>(
  async (app, { answered }) => {
    app.addHook('onResponse', (request, reply, done) => {
      answered(request.method, request.routeOptions.url ?? 'none', reply.statusCode)
      done()
    })
    if (app.log.level !== 'debug' && app.log.level !== 'trace') return
    app.addHook('onResponse', (request, reply, done) => {
      const { id, method, routeOptions } = request
      // What leads nowhere may be anything: a token that was pasted, for example.
      const url = routeOptions.url === undefined ? 'none' : shownUrl(request.url)
      app.log.debug({ request: id, method, url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request')
      done()
    })
  },
  { name: 'request-log' }
)
