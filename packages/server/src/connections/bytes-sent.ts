import { Socket } from 'node:net'
import { underlying } from './underlying.ts'

/** Where Node counts what a connection has written. */
export type Sending = Pick<Socket, 'bytesWritten' | 'writableLength'>

/** What lies under a connection of TCP. It is not documented, but `net.Socket` asks it the same for its own time-outs. */
interface Handle {
  /** Handed over to the system, or waiting for it. */
  bytesWritten: number
  /** Waiting for it. */
  writeQueueSize?: number
}

/**
 * Bytes of an open connection that have left for the system, over TLS as they were encrypted.
 * `bytesWritten - writableLength` knows of whole writes only: of an answer of which half has left, it says that nothing has.
 */
export function bytesSent(socket: Sending): number {
  // That of TLS itself tells no more than the two above: it hands over all that it has encrypted in one write.
  const connection = socket instanceof Socket ? underlying(socket) : socket
  const handle = (connection as { _handle?: Handle | null })._handle
  return handle?.writeQueueSize === undefined
    ? socket.bytesWritten - socket.writableLength
    : handle.bytesWritten - handle.writeQueueSize
}
