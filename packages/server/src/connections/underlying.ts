import { Socket } from 'node:net'

/**
 * The connection of TCP under one of TLS; any other is its own. Node does not document where it is (tried on Node 20 to 26); were it
 * to go, a connection would be closed where it could be reset or answered.
 */
export function underlying(socket: Socket): Socket {
  const { _parent } = socket as Socket & { _parent?: unknown }
  return _parent instanceof Socket ? _parent : socket
}
