import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Passes each connection on to the next of some ports in turn, and past those where nobody listens. */
export class Balancer {
  readonly url: string
  readonly #server: Server
  readonly #ports: readonly number[]
  readonly #sockets = new Set<Socket>()
  #next = 0

  static async open(ports: readonly number[]): Promise<Balancer> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Balancer(server, ports)
  }

  private constructor(server: Server, ports: readonly number[]) {
    this.#server = server
    this.#ports = ports
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('connection', (client) => this.#passOn(client, ports.length))
  }

  /** What it carries is cut. */
  async close(): Promise<void> {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await once(this.#server, 'close')
  }

  #passOn(client: Socket, tries: number): void {
    const node = connect(this.#ports[this.#next++ % this.#ports.length] as number, '127.0.0.1')
    let isConnected = false
    node.once('connect', () => {
      isConnected = true
      client.pipe(node).pipe(client)
    })
    for (const [one, other] of [
      [client, node],
      [node, client]
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => {})
      one.once('close', () => {
        this.#sockets.delete(one)
        if (one === node && !isConnected && tries > 1 && !client.destroyed) this.#passOn(client, tries - 1)
        else other.destroy()
      })
    }
  }
}
