import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import type { LogEvent } from '@tertulia/protocol'

/**
 * Follows rooms with curl, a program of its own that runs on whatever host it is told to, and comes back when it is cut off. It keeps
 * what each event was, and how long after it was accepted it came.
 */
export class TimedFollower {
  readonly name: string
  /** The events of each room as they came, in JSON. */
  readonly logs: ReadonlyMap<string, string[]>
  fault: Error | undefined
  /** Each room has been read to where it ended at some moment. */
  isSynced = false
  readonly #host: readonly string[]
  readonly #url: string
  readonly #token: string
  readonly #epoch: string
  readonly #news = new EventEmitter()
  /** When events were accepted, by the clock, and how long after that they came. */
  readonly #delays: { atMs: number; ms: number }[] = []
  #curl: ChildProcess | undefined
  #synced = new Set<string>()
  #ended = false

  /** @param host  what to put before a command so that it runs there */
  constructor(name: string, host: readonly string[], url: string, token: string, epoch: string, rooms: readonly string[]) {
    this.name = name
    this.#host = host
    this.#url = url
    this.#token = token
    this.#epoch = epoch
    this.logs = new Map(rooms.map((room) => [room, []]))
    this.#connect()
  }

  /** Resolves once every room has come as far as that. */
  async until(heads: ReadonlyMap<string, number>): Promise<void> {
    const isThere = () => [...heads].every(([room, head]) => (this.logs.get(room)?.length ?? 0) >= head)
    await this.#until(isThere)
  }

  untilSynced(): Promise<void> {
    return this.#until(() => this.isSynced)
  }

  /** The longest time, in ms, from when an event was accepted until it came, of those for which both were between these two times. */
  worstMs(fromMs: number, untilMs: number): number {
    let worst = 0
    for (const { atMs, ms } of this.#delays) if (atMs >= fromMs && atMs + ms < untilMs) worst = Math.max(worst, ms)
    return worst
  }

  end(): void {
    this.#ended = true
    this.#curl?.kill('SIGKILL')
  }

  async #until(isThere: () => boolean): Promise<void> {
    while (!isThere() && !this.fault) await once(this.#news, 'news')
    if (this.fault) throw this.fault
  }

  #connect(): void {
    const headers = ['-H', 'accept: application/x-ndjson', '-H', `authorization: Bearer ${this.#token}`]
    const after = Array.from(this.logs, ([room, { length }]) => `${room}:${length === 0 ? '0' : `${this.#epoch}.${length}`}`)
    const url = `${this.#url}/v1/events?after=${after.join(',')}`
    const [command = '', ...args] = [...this.#host, 'curl', '-sSfN', '--connect-timeout', '2', ...headers, url]
    const curl = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    this.#curl = curl
    this.#synced.clear()
    let text = ''
    curl.stdout.setEncoding('utf8')
    curl.stdout.on('data', (part: string) => {
      const lines = (text + part).split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) this.#take(line)
      this.#news.emit('news')
    })
    curl.on('close', () => {
      if (!this.#ended) setTimeout(() => this.#connect(), 100)
    })
  }

  #take(line: string): void {
    const event = JSON.parse(line) as LogEvent | { type: string; room: string }
    if (event.type === 'synced') {
      this.#synced.add(event.room)
      this.isSynced ||= this.#synced.size === this.logs.size
    }
    if (!('seq' in event)) return
    const log = this.logs.get(event.room) as string[]
    log.push(line)
    if (event.seq !== log.length)
      this.fault ??= new Error(`${this.name}: event ${event.seq} of ${event.room} is number ${log.length}`)
    const atMs = Date.parse(event.at)
    this.#delays.push({ atMs, ms: Date.now() - atMs })
  }
}
