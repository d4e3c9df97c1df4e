import type { IncomingMessage } from 'node:http'
import { headerBytesMax, headerFieldsMax, urlBytesMax } from '@tertulia/protocol'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { hasMalformedLine, malformedLine } from '../connections/request-line.ts'
import { ChatError } from '../services/chat-error.ts'

/** What Node's parser lets through though HTTP/1.1 (RFC 9112) does not, before anything else looks at the request. */
export const framing = fp(
  async (app) => {
    app.addHook('onRequest', (request, _reply, done) => done(framingFault(request)))
  },
  { name: 'framing' }
)

/** The target in the form that routes know: `GET http://host/path` asks for `/path` (RFC 9112, 3.2.2). */
export const originForm = ({ url = '' }: { url?: string | undefined }): string =>
  url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*\/?/i, '/')

function framingFault({ raw, method, originalUrl }: FastifyRequest): ChatError | undefined {
  if (hasMalformedLine(raw)) {
    return new ChatError('bad-request', malformedLine)
  }
  const isHttp2 = ':method' in raw.headers // else it is only what the request line says
  if (!isHttp2 && raw.httpVersion !== '1.1' && raw.httpVersion !== '1.0') {
    return new ChatError('version-not-supported', 'This server speaks HTTP/1.1.')
  }
  return targetFault(method, originalUrl) ?? headersFault(raw.rawHeaders) ?? codingFault(raw)
}

function targetFault(method: string, url: string): ChatError | undefined {
  if (url.length > urlBytesMax) return new ChatError('uri-too-long', `The URL has more than ${urlBytesMax} bytes.`)
  if (url === '*' && method === 'OPTIONS') return undefined
  if (!/^(\/|https?:\/\/)/i.test(url)) return new ChatError('bad-request', 'The request target must be a path.')
  if (!/^[\x21\x22\x24-\x7e]+$/.test(url)) {
    return new ChatError(
      'invalid-path',
      'The URL contains characters that are not allowed. Percent-encode them as UTF-8, and write # as %23.'
    )
  }
  const query = url.indexOf('?')
  if (query >= 0 && !isDecodable(url.slice(query))) {
    return new ChatError('invalid-query', 'The query is not percent-encoded UTF-8 (write % as %25).')
  }
  return undefined
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** Of these a second one means that somebody on the way may have read the other. */
const single: ReadonlySet<string> = new Set(['host', 'content-type', 'authorization'])
const singleLengths: ReadonlySet<number> = new Set([...single].map(({ length }) => length))

function headersFault(rawHeaders: readonly string[]): ChatError | undefined {
  if (rawHeaders.length > 2 * headerFieldsMax) {
    return new ChatError('headers-too-large', `The request has more than ${headerFieldsMax} header fields.`)
  }
  const seen = new Set<string>()
  let bytes = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const spelled = rawHeaders[i] as string
    bytes += spelled.length + (rawHeaders[i + 1] as string).length + 4
    if (!singleLengths.has(spelled.length)) continue
    const name = spelled.toLowerCase()
    if (!single.has(name)) continue
    if (seen.has(name)) return new ChatError('bad-request', `The request has more than one ${rawHeaders[i]}.`)
    seen.add(name)
  }
  return bytes > headerBytesMax
    ? new ChatError('headers-too-large', `The header section has more than ${headerBytesMax} bytes.`)
    : undefined
}

function codingFault({ headers, httpVersion }: IncomingMessage): ChatError | undefined {
  const codings = headers['transfer-encoding']?.toLowerCase().split(/\s*,\s*/)
  if (codings === undefined) return undefined
  if (httpVersion === '1.0') return new ChatError('bad-request', 'HTTP/1.0 has no Transfer-Encoding. Send Content-Length.')
  if (codings.at(-1) !== 'chunked' || codings.indexOf('chunked') < codings.length - 1) {
    return new ChatError(
      'bad-request',
      'It is not clear where the body ends. The last transfer coding must be chunked, exactly once.'
    )
  }
  if (codings.length === 1) return undefined
  return new ChatError(
    'not-implemented',
    'The only transfer coding that this server supports is chunked. Send that, or Content-Length.'
  )
}
