import { once } from 'node:events'
import { lstatSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { readLine, toLine } from './line.ts'
import type { Answer, Order } from './order.ts'
import { byShortPath, socketFile } from './socket-place.ts'

/** One order takes no longer to arrive, and one answer to leave. */
const silenceMs = 10_000
/** So many are served at the same time; others are told so. */
const connectionsMax = 8
const tooMany: Answer = {
  refused: 'Too many other commands are under way on this server. Nothing is changed; try again in a moment.'
}

/**
 * Hears whoever runs the server, beside its database: one order, one answer, each a line of JSON. Not HTTP: nothing of the chat is
 * reached here, and nothing of this by the chat. Who may connect is for the permissions of the socket to say: the user of the server.
 */
export class OperatorSocket {
  readonly #file: string
  readonly #server: Server
  readonly #connections = new Set<Socket>()

  /**
   * Only with the lock of the database held: what lies in the place is then of a server that was killed.
   * @param db  real path of the database
   */
  static async open(db: string, carryOut: (order: Order) => Promise<Answer>): Promise<OperatorSocket> {
    const file = socketFile(db)
    const found = lstatSync(file, { throwIfNoEntry: false })
    if (found && !found.isSocket()) throw new Error(`${file} is not a socket. Move it aside.`)
    rmSync(file, { force: true })
    const opened = new OperatorSocket(file, carryOut)
    await byShortPath(file, (path) => opened.#listen(path))
    return opened
  }

  private constructor(file: string, carryOut: (order: Order) => Promise<Answer>) {
    this.#file = file
    this.#server = createServer((socket) => {
      const isOneTooMany = this.#connections.size >= connectionsMax
      this.#connections.add(socket)
      socket.once('close', () => this.#connections.delete(socket))
      void converse(socket, isOneTooMany ? async () => tooMany : carryOut)
    })
  }

  async #listen(path: string): Promise<void> {
    const mask = process.umask(0o177) // from its first moment on nobody else may connect
    try {
      this.#server.listen(path) // it is made before this returns
    } finally {
      process.umask(mask)
    }
    await once(this.#server, 'listening')
  }

  /** Before the lock is let go: then the place may be another server's. */
  close(): void {
    rmSync(this.#file, { force: true })
    this.#server.close()
    for (const socket of this.#connections) socket.destroy()
  }
}

async function converse(socket: Socket, carryOut: (order: Order) => Promise<Answer>): Promise<void> {
  socket.on('error', () => {}) // whoever asked has gone
  socket.setTimeout(silenceMs, () => socket.destroy())
  try {
    const order = await readLine(socket)
    if (!isOrder(order)) return void socket.destroy()
    socket.setTimeout(0) // a slow disk may take its time
    const answer = await carryOut(order)
    socket.setTimeout(silenceMs).end(toLine(answer))
  } catch {
    socket.destroy() // the other side says that nobody knows what was done
  }
}

/** Made by this very program, of this version or another one. */
const isOrder = (order: unknown): order is Order => typeof order === 'object' && order !== null && 'do' in order
