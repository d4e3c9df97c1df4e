import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'

/** A client that sends what it is told and shows every byte it gets. */
export class RawClient {
  readonly socket: Socket
  /** Everything received. */
  text = ''
  closed = false
  #woken = () => {}

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('utf8')
    socket.on('data', (text) => {
      this.text += text
      this.#woken()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.closed = true
      this.#woken()
    })
  }

  /** @param ca  the certificate of a server that speaks TLS */
  static async open(port: number, ca?: Buffer): Promise<RawClient> {
    const socket = ca ? connectSecurely({ port, host: '127.0.0.1', ca }) : connect(port, '127.0.0.1')
    await once(socket, ca ? 'secureConnect' : 'connect')
    return new RawClient(socket)
  }

  /** Send a request without a body; `head` is its first line and perhaps more. */
  send(head: string): void {
    this.socket.write(`${head}\r\nHost: localhost\r\n\r\n`)
  }

  /** Wait until what was received contains this. */
  async until(wanted: string | RegExp): Promise<void> {
    await this.#wait(() => (typeof wanted === 'string' ? this.text.includes(wanted) : wanted.test(this.text)))
  }

  async untilClosed(): Promise<void> {
    await this.#wait(() => this.closed)
  }

  /** The head of the answer. */
  get head(): string {
    return this.text.slice(0, this.text.indexOf('\r\n\r\n'))
  }

  /** The body, taken out of its chunks; what has not come whole is left out. */
  get body(): string {
    let rest = Buffer.from(this.text.slice(this.text.indexOf('\r\n\r\n') + 4))
    if (!/^transfer-encoding: chunked$/im.test(this.head)) return rest.toString()
    let body = ''
    for (let line = rest.indexOf('\r\n'); line > 0; line = rest.indexOf('\r\n')) {
      const size = Number.parseInt(rest.subarray(0, line).toString(), 16)
      if (!Number.isFinite(size)) throw new Error(`no chunk size: ${rest.subarray(0, 100)}`)
      const end = line + 2 + size
      if (size === 0 || rest.length < end + 2) break
      if (rest.subarray(end, end + 2).toString() !== '\r\n')
        throw new Error(`chunk without an end: ${rest.subarray(0, line + 100)}`)
      body += rest.subarray(line + 2, end)
      rest = rest.subarray(end + 2)
    }
    return body
  }

  /** What the stream said in JSON, in order. */
  get said(): { seq?: number; type: string; [name: string]: unknown }[] {
    return [...this.body.matchAll(/^(?:data: )?(\{.*\})$/gm)].map(([, json]) => JSON.parse(json as string))
  }

  /** Of that what is in the log. */
  get events(): { seq?: number; type: string; [name: string]: unknown }[] {
    return this.said.filter(({ seq }) => seq !== undefined)
  }

  get seqs(): number[] {
    return this.said.flatMap(({ seq }) => seq ?? [])
  }

  async #wait(ready: () => boolean): Promise<void> {
    while (!ready()) {
      if (this.closed) throw new Error(`closed after ${this.text.length} characters: …${this.text.slice(-300)}`)
      await new Promise<void>((resolve) => {
        this.#woken = resolve
      })
    }
  }
}
