import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'

/** A connection that sends what it is told and keeps every byte that comes. */
export class Connection {
  bytes = Buffer.alloc(0)
  ended = false
  /** It did not end in order: the other side threw away what was sent to it, and perhaps what it had sent. */
  broken = false
  readonly #socket: Socket
  #news = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes) => {
      this.bytes = Buffer.concat([this.bytes, bytes])
      this.#news()
    })
    socket.on('error', () => {
      this.broken = true // “close” follows
    })
    const end = () => {
      this.ended = true
      this.#news()
    }
    socket.on('end', end)
    socket.on('close', end)
  }

  /** @param secure  over TLS */
  static async open(host: string, port: number, secure = false): Promise<Connection> {
    const to = { host, port, noDelay: true, allowHalfOpen: true }
    const socket = secure ? connectSecurely({ ...to, servername: isIP(host) === 0 ? host : '' }) : connect(to)
    await once(socket, secure ? 'secureConnect' : 'connect')
    return new Connection(socket)
  }

  /** Resolves when the bytes have left, or cannot leave any more. */
  async send(bytes: string | Buffer): Promise<void> {
    if (this.#socket.writable) await new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()))
  }

  /** Wait until this holds; false: the connection ended or the time is up, and it does not. */
  async until(holds: () => boolean, withinMs: number): Promise<boolean> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.#news()
    }, withinMs)
    while (!holds() && !this.ended && !late) {
      await new Promise<void>((resolve) => {
        this.#news = resolve
      })
    }
    clearTimeout(timer)
    return holds()
  }

  /** Say that no more bytes come. */
  end(): void {
    this.#socket.end()
  }

  close(): void {
    this.#socket.destroy()
  }
}
