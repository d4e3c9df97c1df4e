import { createServer, type IncomingMessage, type RequestListener, type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { bodyBytesMax, headerBytesMax, type ProblemCode, problems, urlBytesMax } from '@tertulia/protocol'
import type { ConnectionError } from 'fastify'
import { problemOf } from './problem-details.ts'
import { newRequestId } from './request-id.ts'

const headMs = 15_000
const bodyMs = 30_000
/** Longer than proxies keep theirs (60 s is usual), so that none sends a request into a connection that is just closing. */
const keepAliveMs = 72_000

/** A server that gives nobody unlimited time, and that answers in problems before a request is one. */
export function httpServer(listener: RequestListener): Server {
  const server = createServer(
    {
      maxHeaderSize: headerBytesMax,
      headersTimeout: headMs,
      requestTimeout: bodyMs,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: 5_000,
      requireHostHeader: false // a missing Host is refused with a problem, by hosts.ts
    },
    listener
  )
  server.on('connect', (_request: IncomingMessage, socket: Socket) => refuse(socket, 'not-implemented', 'This is no proxy.'))
  server.on('checkExpectation', (request, response) => {
    const detail = `“${request.headers.expect}” is not understood; only 100-continue is.`
    const { status, headers, body } = answer('expectation-failed', detail)
    response.writeHead(status, headers).end(body)
  })
  server.on('checkContinue', (request, response) => {
    // Nobody is asked for a body that will be refused for its size.
    if (!(Number(request.headers['content-length']) > bodyBytesMax)) response.writeContinue()
    listener(request, response)
  })
  return server
}

/** Answers what is no HTTP request, or did not become one in time. */
export function clientError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [code, detail] = known(error)
  refuse(socket, code, detail)
}

function known({ code, rawPacket }: ConnectionError): [ProblemCode, string] {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['request-timeout', `The request did not come within ${headMs / 1000} s (head) and ${bodyMs / 1000} s (body).`]
    case 'HPE_HEADER_OVERFLOW':
      // Declared as something else, but it is the bytes that came.
      return isLongUrl(rawPacket as unknown as Buffer | undefined)
        ? ['uri-too-long', `The URL has more than ${urlBytesMax} bytes.`]
        : ['headers-too-large', `The header section has more than ${headerBytesMax} bytes.`]
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return ['content-too-large', 'The extensions of a chunk are too long.']
    case 'HPE_INVALID_METHOD':
      return ['not-implemented', 'This method is not known.']
    case 'HPE_INVALID_VERSION':
      return ['version-not-supported', 'This server speaks HTTP/1.1.']
    default:
      return ['bad-request', 'This is not a well-formed HTTP/1.1 request.']
  }
}

/** Whether what overflowed begins with a request line that does not end in time. */
function isLongUrl(packet: Buffer | undefined): boolean {
  const start = packet?.subarray(0, urlBytesMax).toString('latin1') ?? ''
  return /^[A-Z]+ \S+$/.test(start)
}

/** The whole answer, written to the socket itself, which then ends. */
function refuse(socket: Socket, code: ProblemCode, detail: string): void {
  const { status, headers, body } = answer(code, detail)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`)
}

function answer(code: ProblemCode, detail: string) {
  const body = JSON.stringify(problemOf(code, detail, newRequestId()))
  const headers = {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    date: new Date().toUTCString(),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    connection: 'close'
  }
  return { status: problems[code].status, headers, body }
}
