import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { headMs } from './client-error.ts'
import { linger } from './exchanges.ts'
import { rawProblem } from './raw-problem.ts'
import { underlying } from './underlying.ts'

/** How long a connection may take to agree on its keys. */
export const handshakeMs = headMs

interface HandshakeError extends Error {
  code?: string
}

/**
 * Looks after connections that are not secure yet. Node hands those that fail to the listener for malformed requests, which would
 * answer them; and it neither closes nor counts as idle those whose handshake is still under way, so that one of them could hold up
 * the end of the server.
 */
export function guardHandshakes(server: Server): void {
  const begun = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    begun.add(socket)
    socket.once('close', () => begun.delete(socket))
  })
  server.on('secureConnection', (socket: TLSSocket) => begun.delete(underlying(socket)))

  server.removeAllListeners('tlsClientError')
  server.on('tlsClientError', ({ code }: HandshakeError, socket: TLSSocket) => {
    const plain = underlying(socket)
    if (code !== 'ERR_SSL_HTTP_REQUEST' || plain === socket) return void socket.destroy()
    plain.on('error', () => plain.destroy())
    linger(plain, rawProblem(server, 'https-only', 'This port speaks HTTPS: begin the address with https://').text)
  })

  for (const close of ['closeIdleConnections', 'closeAllConnections'] as const) {
    const closeSecure = server[close]
    server[close] = () => {
      for (const socket of begun) socket.destroy()
      closeSecure.call(server)
    }
  }
}
