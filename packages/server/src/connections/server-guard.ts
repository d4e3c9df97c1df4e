import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { endWith, noteExchange } from './exchanges.ts'
import { rawProblem } from './raw-problem.ts'
import { watchRequestLines } from './request-line.ts'

const guarded = new WeakSet<Server>()

/** What has to be heard on the server itself, since no hook of Fastify comes to see it. Done once, however often it is asked for. */
export function guard(server: Server): void {
  if (guarded.has(server)) return
  guarded.add(server)
  server.prependListener('request', noteExchange)
  watchRequestLines(server)
  server.on('connect', (_request, socket: Socket) => {
    if (server.listenerCount('connect') > 1) return // the app that we are part of is a proxy as well
    socket.on('error', () => socket.destroy()) // Node has taken its own listener away
    endWith(socket, () => rawProblem(server, 'not-implemented', 'This server is not a proxy.').text)
  })
  const refuseExpectation = (request: IncomingMessage, response: ServerResponse) => refuse(server, request, response)
  server.on('checkExpectation', refuseExpectation)
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers.expect?.trim().toLowerCase() !== '100-continue') return refuseExpectation(request, response)
    continueWhenRead(request, response)
    server.emit('request', request, response)
  })
}

/** The body is asked for when somebody wants to read it: by then method, path, token, size and type have been looked at. */
function continueWhenRead(request: IncomingMessage, response: ServerResponse): void {
  const read = request._read
  request._read = (size) => {
    request._read = read
    if (!response.headersSent && request.headers['content-length'] !== '0') response.writeContinue()
    read.call(request, size)
  }
}

function refuse(server: Server, request: IncomingMessage, response: ServerResponse): void {
  noteExchange(request, response)
  const detail = `“${request.headers.expect}” is not understood; only 100-continue is.`
  const { status, headers, body } = rawProblem(server, 'expectation-failed', detail)
  response.writeHead(status, headers).end(body)
}
