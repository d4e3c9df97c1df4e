import type { OutgoingHttpHeaders, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import { forgetExchange } from '../connections/exchanges.ts'
import { tcpKeepAliveMs } from '../connections/keep-alive.ts'
import type { Finish, Stream } from './stream.ts'

/** A stream is noted on what it took over, where the listeners that all streams share find it. */
const streamOf = Symbol('stream')
interface Taken {
  [streamOf]?: Stream | undefined
}

/** Take the answer over from Fastify, with the headers that hooks have set, and send its head. */
export function sendHead(reply: FastifyReply, contentType: string): void {
  reply.headers({
    'content-type': contentType,
    'cache-control': 'no-store, no-transform',
    incremental: '?1',
    'x-accel-buffering': 'no'
  })
  reply.raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders)
  reply.raw.flushHeaders()
}

/** From here on the connection is the stream's, until the stream has ended or the connection is lost. */
export function connect(stream: Stream, socket: Socket & Taken): void {
  socket[streamOf] = stream
  socket.setKeepAlive(true, tcpKeepAliveMs)
  socket.setNoDelay(true)
  socket.on('drain', drained)
  socket.on('close', released)
}

/**
 * Where nothing else is needed of them, let go of request and answer, Node's and Fastify's: they are half of what a stream holds in
 * memory. For Node the answer is over; it goes on to listen on the connection, which is how a client that sends more is found out.
 */
export function letGo(response: ServerResponse & { _last?: boolean }, socket: Socket): Finish {
  // Not of the last answer of a connection, which Node would close, nor of one without chunks, which ends with it.
  const isKept = !response.chunkedEncoding || response._last !== false || !forgetExchange(response)
  if (isKept) {
    response.once('close', () => released.call(socket))
    return () => response.end()
  }
  response.emit('finish')
  socket.setTimeout(0) // the one of connections that wait for their next request
  return endChunks
}

/** Of the chunked transfer coding (RFC 9112, section 7.1). */
const lastChunk = Buffer.from('0\r\n\r\n')

const endChunks: Finish = (streamSocket) => {
  const socket = streamSocket as Socket & { server?: Server }
  socket.write(lastChunk, () => {
    socket.setTimeout(socket.server?.keepAliveTimeout ?? 0)
    released.call(socket)
  })
}

export const carriesStream = (socket: Socket & Taken): boolean => socket[streamOf] !== undefined

/** Call `then` when the stream of this connection is over; at once, where it carries none. */
export function afterStream(socket: Socket & Taken, then: () => void): void {
  const stream = socket[streamOf]
  if (stream) stream.onClosed = then
  else then()
}

function drained(this: Socket & Taken): void {
  this[streamOf]?.drained()
}

/** The connection may go on to serve other requests. */
function released(this: Socket & Taken): void {
  const stream = this[streamOf]
  if (!stream) return
  this[streamOf] = undefined
  this.off('drain', drained)
  this.off('close', released)
  stream.closed()
  stream.onClosed()
}
