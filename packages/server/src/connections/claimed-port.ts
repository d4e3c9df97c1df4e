import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { tcpKeepAliveMs } from './keep-alive.ts'

/** As `httpServer` has its connections. */
const likeServers = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: tcpKeepAliveMs }

/**
 * A port that is held while there is no server for it yet. Whoever connects meanwhile is not turned away: they wait, and are the
 * server's first connections once it listens here.
 */
export class ClaimedPort {
  readonly #holder = createServer({ ...likeServers, pauseOnConnect: true })
  readonly #waiting: Socket[] = []

  /** @throws what listening throws, such as EADDRINUSE */
  static async claim(host: string, port: number): Promise<ClaimedPort> {
    const claimed = new ClaimedPort()
    claimed.#holder.listen({ host, port })
    await once(claimed.#holder, 'listening')
    return claimed
  }

  private constructor() {
    this.#holder.on('connection', (socket) => this.#waiting.push(socket))
  }

  /** When this server is told to listen, wherever, it does so here. */
  handTo(server: Server): void {
    const { listen } = server
    server.listen = () => listen.call(server, this.#holder)
    server.once('listening', () => {
      for (const socket of this.#waiting.splice(0)) {
        server.emit('connection', socket)
        socket.resume()
      }
    })
  }

  /** Resolves when those who waited have left, whom the server that listens here does not count. */
  async left(): Promise<void> {
    await new Promise((resolve) => this.#holder.close(resolve))
  }
}
