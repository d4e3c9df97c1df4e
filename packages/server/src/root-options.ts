import { type FastifyServerOptions, LogController } from 'fastify'
import { httpServer } from './connections/http-server.ts'
import { newRequestId } from './connections/request-id.ts'
import { originForm } from './plugins/framing.ts'
import { frameworkError } from './plugins/problem-details.ts'

/**
 * What only the root of an app can set: `Fastify({ ...chatServerOptions })`. For HTTPS, with
 * `serverFactory: (handler) => chatServerOptions.serverFactory(handler, { https: { cert, key } })` beside it.
 */
export const chatServerOptions = {
  serverFactory: (handler, { https }) => httpServer(handler, https as Parameters<typeof httpServer>[1]),
  clientErrorHandler: () => {}, // is done by the server, also by the second one that listens on localhost
  frameworkErrors: frameworkError,
  rewriteUrl: originForm,
  // Draining is answered by a plugin of ours, with Retry-After.
  return503OnClosing: false,
  genReqId: newRequestId,
  logController: new LogController({ disableRequestLogging: true }),
  // No logger is made for each request: what is logged says the request's id.
  childLoggerFactory: (logger) => logger,
  routerOptions: { maxParamLength: Number.MAX_SAFE_INTEGER }
} satisfies FastifyServerOptions
