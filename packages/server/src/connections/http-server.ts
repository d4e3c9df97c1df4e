import { createServer, METHODS, type RequestListener, type Server } from 'node:http'
import { headerBytesMax, urlBytesMax } from '@tertulia/protocol'
import { bodyMs, clientError, headMs } from './client-error.ts'
import { CompactRequest } from './compact-request.ts'
import { endWith } from './exchanges.ts'
import { tcpKeepAliveMs } from './keep-alive.ts'
import { rawProblem } from './raw-problem.ts'
import { malformedLine } from './request-line.ts'
import { guard } from './server-guard.ts'

const methods = new Set<string | undefined>(METHODS)

/** Longer than proxies keep theirs (60 s is usual), so that none sends a request into a connection that is just closing. */
const keepAliveMs = 72_000

/** A server that gives nobody unlimited time, and that answers in problems before a request is one. */
export function httpServer(listener: RequestListener): Server {
  const server = createServer(
    {
      IncomingMessage: CompactRequest,
      maxHeaderSize: urlBytesMax + headerBytesMax, // framing.ts says which of the two is too long
      headersTimeout: headMs,
      requestTimeout: bodyMs,
      keepAliveTimeout: keepAliveMs,
      keepAlive: true, // of TCP: who vanishes while a request is held is found
      keepAliveInitialDelay: tcpKeepAliveMs,
      connectionsCheckingInterval: 5_000,
      insecureHTTPParser: false, // whatever NODE_OPTIONS say
      requireHostHeader: false // a missing Host is refused with a problem, by hosts.ts
    },
    (request, response) => {
      if (methods.has(request.method)) return listener(request, response)
      // Of RTSP; Fastify takes a method that Node does not list for a mistake of its own.
      endWith(request.socket, (method) => rawProblem(server, 'bad-request', malformedLine, { method }).text)
    }
  )
  guard(server)
  server.on('clientError', clientError)
  return server
}
