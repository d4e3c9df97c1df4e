import { Socket } from 'node:net'
import { underlying } from './underlying.ts'

/**
 * Close a connection with all that waits for its reader. With a reset where that is possible: else the kernel would go on to hold what
 * it has taken, for a reader who is gone for us.
 */
export function cut(socket: Pick<Socket, 'destroy'>): void {
  try {
    if (socket instanceof Socket) underlying(socket).resetAndDestroy()
  } catch {} // no TCP
  socket.destroy()
}
