import type { Socket } from 'node:net'

/** Where Node counts what a connection has written. */
export type Sending = Pick<Socket, 'bytesWritten' | 'writableLength'>

/** What lies under a connection, TLS or not. It is not documented, but `net.Socket` asks it the same for its own time-outs. */
interface Handle {
  /** Handed over to the system, or waiting for it. */
  bytesWritten: number
  /** Waiting for it. */
  writeQueueSize?: number
}

/**
 * Bytes of an open connection that have left for the system.
 * `bytesWritten - writableLength` knows of whole writes only: of an answer of which half has left, it says that nothing has.
 */
export function bytesSent(socket: Sending): number {
  const handle = (socket as { _handle?: Handle | null })._handle
  return handle?.writeQueueSize === undefined
    ? socket.bytesWritten - socket.writableLength
    : handle.bytesWritten - handle.writeQueueSize
}
