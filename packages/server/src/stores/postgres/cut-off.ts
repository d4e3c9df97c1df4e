import { Socket } from 'node:net'
import type { ClientBase, ClientConfig } from 'pg'

/** What each connection goes over, under whatever encrypts it. */
const sockets = new WeakMap<ClientBase, Socket>()

/** Connections of this kind can be cut off. */
export const cuttable = (Client: typeof import('pg').default.Client): (new () => ClientBase) =>
  class extends Client {
    constructor(config?: ClientConfig) {
      const socket = new Socket()
      super({ ...config, stream: () => socket })
      sockets.set(this, socket)
    }
  }

/**
 * End a connection on which a statement has no answer, with a reset: otherwise the kernel goes on to offer what it has taken of it, and
 * once the network is back it is carried out, long after those who asked were told that nobody knows.
 */
export function cutOff(client: ClientBase): void {
  try {
    sockets.get(client)?.resetAndDestroy()
  } catch {} // no TCP
}
