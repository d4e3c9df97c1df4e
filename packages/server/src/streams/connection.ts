import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import { tcpKeepAliveMs } from '../connections/keep-alive.ts'
import type { Stream } from './stream.ts'

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

/** From here on the connection is the stream's, until its response closes. */
export function connect(stream: Stream, socket: Socket & Taken, response: ServerResponse & Taken): void {
  socket[streamOf] = stream
  response[streamOf] = stream
  socket.setKeepAlive(true, tcpKeepAliveMs)
  socket.setNoDelay(true)
  socket.on('drain', drained)
  // Comes once, whoever ends the stream and however: the server, the client, or a failure of the connection.
  response.once('close', closed)
}

export const carriesStream = (socket: Socket & Taken): boolean => socket[streamOf] !== undefined

function drained(this: Socket & Taken): void {
  this[streamOf]?.drained()
}

function closed(this: ServerResponse & Taken): void {
  const stream = this[streamOf]
  if (!stream) return
  // The connection may go on to serve other requests.
  const socket: Pick<Socket, 'off'> & Taken = stream.socket
  socket[streamOf] = undefined
  socket.off('drain', drained)
  stream.closed()
}
