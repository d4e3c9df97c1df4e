import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'

/** Follows a room with curl, a program of its own that can be frozen. It counts events, keeps none, and comes back when it is cut off. */
export class CurlFollower {
  /** Number of the last event that came. */
  last: number
  fault: Error | undefined
  readonly #host: readonly string[]
  readonly #url: string
  readonly #token: string
  readonly #epoch: string
  readonly #news = new EventEmitter()
  #curl: ChildProcess | undefined
  #ended = false

  /** @param host  what to put before a command so that it runs where the reader is */
  constructor(host: readonly string[], url: string, token: string, cursor: string) {
    const [epoch = '', seq] = cursor.split('.')
    this.#host = host
    this.#url = url
    this.#token = token
    this.#epoch = epoch
    this.last = Number(seq)
    this.#connect()
  }

  freeze(): void {
    this.#curl?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#curl?.kill('SIGCONT')
  }

  /** Resolves once the event with this number has come; every event before it has. */
  async until(seq: number): Promise<void> {
    while (this.last < seq && !this.fault) await once(this.#news, 'news')
    if (this.fault) throw this.fault
  }

  end(): void {
    this.#ended = true
    this.#curl?.kill('SIGKILL')
  }

  #connect(): void {
    const headers = ['accept: text/event-stream', `authorization: Bearer ${this.#token}`]
    const fields = headers.flatMap((header) => ['-H', header])
    const [command = '', ...args] = [...this.#host, 'curl', '-sSN', ...fields, `${this.#url}?after=${this.#epoch}.${this.last}`]
    const curl = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    this.#curl = curl
    let rest = ''
    curl.stdout.setEncoding('latin1')
    curl.stdout.on('data', (text: string) => {
      // Only the ids are looked at; one that is parted waits for its end.
      const end = text.lastIndexOf('\n') + 1
      if (end === 0) {
        rest += text
        return
      }
      this.#take(rest + text.slice(0, end))
      rest = text.slice(end)
      this.#news.emit('news')
    })
    curl.on('close', () => {
      if (!this.#ended) setTimeout(() => this.#connect(), 20)
    })
  }

  #take(text: string): void {
    for (const [, epoch, seq] of text.matchAll(/^id: (\w+)\.(\d+)$/gm)) {
      if (epoch !== this.#epoch || Number(seq) !== this.last + 1) {
        this.fault ??= new Error(`event ${epoch}.${seq} came after ${this.last}`)
      }
      this.last = Number(seq)
    }
  }
}
