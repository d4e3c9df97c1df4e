import { Server as HttpServer, type IncomingMessage } from 'node:http'
import type { Server, Socket } from 'node:net'
import { ChunkedBody } from './chunked-body.ts'
import { isHttps } from './https.ts'

/**
 * Node's parser also takes requests of RTSP and ICE for those of HTTP, a line without a version, several blanks between its parts,
 * and lone carriage returns and line feeds before it; and it does not tell. So the bytes that it parses are looked at beside it.
 */
export function watchRequestLines(server: Server): void {
  const isSecure = isHttps(server)
  if (!isSecure && !(server instanceof HttpServer)) return // HTTP/2 has no request lines
  server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket & { parser?: Partial<Parser> }) => {
    const { parser } = socket
    if (!parser?.getCurrentBuffer) return
    const heads = new Heads(socket, parser as Parser)
    connections.set(socket, heads)
    const { kOnExecute = Number.NaN } = parser.constructor as { kOnExecute?: number }
    const executed = parser[kOnExecute]
    if (!executed) return
    parser[kOnExecute] = (...results) => {
      heads.hold()
      executed(...results)
    }
  })
  server.prependListener('request', (request: IncomingMessage) => {
    if (connections.get(request.socket)?.next(request) === false) malformed.add(request)
  })
}

/** Whether the request began with anything but a request line of HTTP (RFC 9112, 3) and empty lines before it (2.2). */
export const hasMalformedLine = (request: IncomingMessage): boolean => malformed.has(request)

/** What has come of a request whose head is not whole; nothing, where that is not known. */
export const begunHead = (socket: Socket): Buffer => connections.get(socket)?.begun ?? nothing

/** Look no more at what comes on this connection. */
export const forgetHead = (socket: Socket): void => connections.get(socket)?.lose()

export const malformedLine = 'The first line must be: METHOD, one blank, the target, one blank, HTTP/1.1.'

/**
 * What Node does not document of the parser that each connection has: the bytes that it is parsing, and under the number `kOnExecute`
 * of its class whom it calls when it has parsed them. A listener for `data` would see the same, but with it Node reads in another way,
 * and short requests cost an eighth more. Were it to go, these lines would be let through again, and the contract would tell.
 */
interface Parser {
  getCurrentBuffer(): Buffer
  [kOnExecute: number]: ((...results: unknown[]) => void) | undefined
}

const connections = new WeakMap<Socket, Heads>()
const malformed = new WeakSet<IncomingMessage>()

const requestLine = /^[^\s]+ [^\s]+ HTTP\/\d\.\d\r$/
const [carriageReturn, lineFeed] = [13, 10]
const emptyLine = Buffer.from('\r\n\r\n')
/** More than any parser waits for. Who sends so much without asking anything does not speak HTTP. */
const headBytesMax = 128 * 1024
const nothing = Buffer.alloc(0)

/** Follows where the heads of the requests of one connection begin. */
class Heads {
  readonly #socket: Socket
  readonly #parser: Parser
  /** Where the next one begins, counted from the first byte of the connection; while a body comes in chunks, where these go on. */
  #at = 0
  #chunks: ChunkedBody | undefined
  /** What has come of the next one. */
  #held = nothing
  /** What the parser has before it. */
  #parsed: Buffer | undefined

  constructor(socket: Socket, parser: Parser) {
    this.#socket = socket
    this.#parser = parser
  }

  get begun(): Buffer {
    return this.#held
  }

  /** What the parser had before it is over: a head that has begun there is kept until it is whole. */
  hold(): void {
    if (this.#socket.bytesRead > this.#at + this.#held.length) {
      this.#passChunks()
      const more = this.#from(this.#at + this.#held.length)
      if (more?.length) this.#held = Buffer.concat([this.#held, more])
      if (this.#held.length > headBytesMax) this.lose()
    }
    this.#parsed = undefined
  }

  /** The head of this request is whole. @returns whether its line is one; undefined: nobody knows */
  next(request: IncomingMessage): boolean | undefined {
    this.#passChunks()
    const more = this.#from(this.#at + this.#held.length)
    const head = this.#held.length > 0 && more ? Buffer.concat([this.#held, more]) : more
    this.#held = nothing
    const { method = '', headers } = request
    const lineAt = head ? afterLineEnds(head) : 0
    const line = head?.toString('latin1', lineAt, head.indexOf(lineFeed, lineAt))
    if (!head || !line?.startsWith(method)) {
      this.lose()
      return undefined
    }
    this.#at += head.indexOf(emptyLine, lineAt) + emptyLine.length
    if (headers['transfer-encoding'] !== undefined) this.#chunks = new ChunkedBody()
    else if (headers['content-length'] !== undefined) this.#at += Number(headers['content-length'])
    return requestLine.test(line) && (lineAt === 0 || areEmptyLines(head.subarray(0, lineAt)))
  }

  /** All that the parser has before it from there on; undefined: not all of it is there. */
  #from(at: number): Buffer | undefined {
    this.#parsed ??= this.#parser.getCurrentBuffer()
    const begin = at - (this.#socket.bytesRead - this.#parsed.length)
    return begin < 0 ? undefined : this.#parsed.subarray(begin)
  }

  lose(): void {
    this.#at = Number.POSITIVE_INFINITY
    this.#held = nothing
  }

  #passChunks(): void {
    if (!this.#chunks) return
    const bytes = this.#from(this.#at) ?? nothing
    const rest = this.#chunks.rest(bytes)
    this.#at += bytes.length - (rest?.length ?? 0)
    if (rest) this.#chunks = undefined
  }
}

function afterLineEnds(bytes: Buffer): number {
  let at = 0
  while (bytes[at] === carriageReturn || bytes[at] === lineFeed) at++
  return at
}

const areEmptyLines = (bytes: Buffer): boolean => /^(\r\n)*$/.test(bytes.toString('latin1'))
