import fp from 'fastify-plugin'

export interface RequestCountOptions {
  /** `route`: the pattern that the path matched. */
  answered: (method: string, route: string, status: number) => void
}

/** Counts every answer; a stream when it ends. */
export const requestCounts = fp<RequestCountOptions>(
  async (app, { answered }) => {
    app.addHook('onResponse', (request, reply, done) => {
      answered(request.method, request.routeOptions.url ?? 'none', reply.statusCode)
      done()
    })
  },
  { name: 'request-counts' }
)
