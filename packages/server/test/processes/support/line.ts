import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What becomes of bytes, and of the connection that they came over. */
export type Passage = 'passes' | 'stands still' | 'is cut' | 'is cut when it answers'

/** A line to a port of this machine, over which it can be decided of all that a client says whether it arrives. */
export class Line {
  readonly port: number
  readonly #server: Server
  readonly #to: number
  readonly #decide: (said: Buffer, bytes: number) => Passage
  readonly #sockets = new Set<Socket>()

  /** @param decide  what becomes of this, when so many bytes have been said over this connection, this included */
  static async open(to: number, decide: (said: Buffer, bytes: number) => Passage): Promise<Line> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Line(server, to, decide)
  }

  private constructor(server: Server, to: number, decide: (said: Buffer, bytes: number) => Passage) {
    this.#server = server
    this.#to = to
    this.#decide = decide
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (client) => this.#join(client))
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #join(client: Socket): void {
    const far = connect(this.#to, '127.0.0.1')
    let passage: Passage = 'passes'
    let bytes = 0
    client.on('data', (said) => {
      if (passage !== 'passes') return
      bytes += said.length
      passage = this.#decide(said, bytes)
      if (passage === 'is cut') client.destroy()
      else if (passage !== 'stands still') far.write(said)
    })
    far.on('data', (answer) => {
      if (passage === 'is cut when it answers') client.destroy()
      else client.write(answer)
    })
    for (const [one, other] of [
      [client, far],
      [far, client]
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => {})
      one.once('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
  }
}
