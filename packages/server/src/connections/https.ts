import type { RequestListener } from 'node:http'
import type { Server, ServerOptions } from 'node:https'

/** Loaded when a server speaks it: most leave that to a proxy, or are for one machine, and listen the sooner. */
const https = () => process.getBuiltinModule('node:https')

export const createSecureServer = (options: ServerOptions, listener: RequestListener): Server =>
  https().createServer(options, listener)

/** Not one that speaks HTTP/2, which is secure in another way. */
export const isHttps = (server: object): server is Server => 'setSecureContext' in server && server instanceof https().Server
