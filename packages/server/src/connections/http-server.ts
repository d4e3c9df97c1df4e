import { createServer, METHODS, type RequestListener, type Server, type ServerOptions } from 'node:http'
import type { ServerOptions as SecureServerOptions } from 'node:https'
import { headerBytesMax, urlBytesMax } from '@tertulia/protocol'
import { bodyMs, clientError, headMs } from './client-error.ts'
import { CompactRequest } from './compact-request.ts'
import { endWith } from './exchanges.ts'
import { guardHandshakes, handshakeMs } from './handshakes.ts'
import { createSecureServer } from './https.ts'
import { tcpKeepAliveMs } from './keep-alive.ts'
import { rawProblem } from './raw-problem.ts'
import { malformedLine } from './request-line.ts'
import { guard } from './server-guard.ts'

const methods = new Set<string | undefined>(METHODS)

/** Longer than proxies keep theirs (60 s is usual), so that none sends a request into a connection that is just closing. */
const keepAliveMs = 72_000

const bounds = {
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
} satisfies ServerOptions<typeof CompactRequest>

/** As Node has them for plain HTTP. */
const likePlain = { noDelay: true, allowHalfOpen: true }

/**
 * A server that gives nobody unlimited time, and that answers in problems before a request is one.
 * @param secure  how to speak HTTPS: a certificate and its key at least; plain HTTP without
 */
export function httpServer(listener: RequestListener, secure?: SecureServerOptions | null): Server {
  const serve = (request: Parameters<RequestListener>[0], response: Parameters<RequestListener>[1]) => {
    if (methods.has(request.method)) return listener(request, response)
    // Of RTSP; Fastify takes a method that Node does not list for a mistake of its own.
    endWith(request.socket, (method) => rawProblem(server, 'bad-request', malformedLine, { method }).text)
  }
  const server = secure ? secureServer(serve, secure) : createServer(bounds, serve)
  guard(server)
  server.on('clientError', clientError)
  return server
}

function secureServer(serve: RequestListener, secure: SecureServerOptions): Server {
  const server = createSecureServer({ handshakeTimeout: handshakeMs, ...secure, ...bounds, ...likePlain }, serve)
  guardHandshakes(server)
  return server
}
