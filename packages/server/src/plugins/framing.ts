import { urlBytesMax } from '@tertulia/protocol'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ChatError } from '../services/chat-error.ts'

/** What Node's parser lets through though HTTP/1.1 (RFC 9112) does not, before anything else looks at the request. */
export const framing = fp(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      reply.header('x-content-type-options', 'nosniff')
      reply.header('cache-control', 'no-store')
      done(framingFault(request))
    })
  },
  { name: 'framing' }
)

function framingFault({ raw }: FastifyRequest): ChatError | undefined {
  const { httpVersion, headers, url = '' } = raw
  const isHttp2 = ':method' in headers // else it is only what the request line says
  if (httpVersion !== '1.1' && httpVersion !== '1.0' && !isHttp2) {
    return new ChatError('version-not-supported', 'This server speaks HTTP/1.1.')
  }
  if (url.length > urlBytesMax) return new ChatError('uri-too-long', `The URL has more than ${urlBytesMax} bytes.`)
  const coding = headers['transfer-encoding']
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersion === '1.0')) {
    return new ChatError('not-implemented', `Transfer-Encoding “${coding}” is not understood; send chunked, or Content-Length.`)
  }
  return undefined
}
