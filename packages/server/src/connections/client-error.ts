import type { Server, Socket } from 'node:net'
import { headerBytesMax, type ProblemCode, urlBytesMax } from '@tertulia/protocol'
import { endWith } from './exchanges.ts'
import { rawProblem } from './raw-problem.ts'
import { begunHead } from './request-line.ts'

/** How long a request may take to come: its head, and all of it. */
export const headMs = 15_000
export const bodyMs = 30_000

/** What Node's parser throws (undocumented; tried on Node 20 to 26). */
export interface ParserError extends Error {
  code?: string
  /** The bytes that came last; none, when time was up. */
  rawPacket?: Buffer
  bytesParsed?: number
}

/** Answers what is no HTTP request, or did not become one in time. */
export function clientError(this: Server, error: ParserError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) {
    socket.destroy()
  } else if (error.code === 'HPE_CLOSED_CONNECTION') {
    endWith(socket) // came after the last request
  } else {
    const line = faultyLine(error)
    const [code, detail] = error.code === 'HPE_HEADER_OVERFLOW' ? tooLong(socket, line) : known(error.code ?? '', line)
    endWith(socket, (method = line.split(' ', 1)[0]) => rawProblem(this, code, detail, { method }).text)
  }
}

const otherVersion: [ProblemCode, string] = ['version-not-supported', 'This server speaks HTTP/1.1.']

/** Which of the two is too long. It may have come in many pieces, over TLS always. */
function tooLong(socket: Socket, line: string): [ProblemCode, string] {
  const begun = begunHead(socket).toString('latin1')
  return /^[A-Z]+ \S+$/.test(begun === '' ? line : begun.trimStart())
    ? ['uri-too-long', `The URL has more than ${urlBytesMax} bytes.`]
    : ['headers-too-large', `The header section has more than ${headerBytesMax} bytes.`]
}

function known(error: string, line: string): [ProblemCode, string] {
  switch (error) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['request-timeout', `The request did not come within ${headMs / 1000} s (head) and ${bodyMs / 1000} s (body).`]
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return ['content-too-large', 'The extensions of a chunk are too long.']
    case 'HPE_INVALID_METHOD':
      // Only what is a request line otherwise names a method.
      if (/^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1\.[01]\r?$/.test(line))
        return ['not-implemented', 'This server does not know the method.']
      break
    case 'HPE_INVALID_VERSION':
      if (/ HTTP\/(?!1\.[01])\d\.\d\r?$/.test(line)) return otherVersion
      break
    case 'HPE_PAUSED_H2_UPGRADE':
      return otherVersion
  }
  return ['bad-request', 'This is not a well-formed HTTP/1.1 request.']
}

/** The line in which the parser gave up, as far as it came with the bytes at hand. */
function faultyLine({ rawPacket, bytesParsed = 0 }: ParserError): string {
  const packet = rawPacket?.toString('latin1') ?? ''
  const start = packet.lastIndexOf('\n', Math.max(0, bytesParsed - 1)) + 1
  return packet.slice(start).split('\n', 1)[0] ?? ''
}
