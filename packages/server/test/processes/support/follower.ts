import { EventEmitter, once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { EventPage, LogEvent } from '@tertulia/protocol'

const accept = { sse: 'text/event-stream', ndjson: 'application/x-ndjson', json: 'application/json' } as const

/**
 * Follows one room, on any format, and comes back with its cursor whenever it is cut off.
 * It throws as soon as an event is not the very next one: a gap, a double or another order.
 */
export class Follower {
  readonly events: LogEvent[] = []
  /** What the stream said of itself, in order: ready, synced, goodbye, reset; `nothing`: an answer without events. Not who came and went. */
  readonly notes: string[] = []
  fault: Error | undefined
  #stream: IncomingMessage | undefined
  #ended = false
  readonly #news = new EventEmitter()
  readonly #url: () => string
  readonly #token: string
  readonly #format: keyof typeof accept
  #cursor: string

  /** @param url  where the room's events are now; asked at every connection, since a restarted server may have moved */
  constructor(url: () => string, token: string, cursor: string, format: keyof typeof accept = 'sse') {
    this.#url = url
    this.#token = token
    this.#format = format
    this.#cursor = cursor
    this.#connect()
  }

  /** Resolves once an event with at least this number has come, or a note of this kind. */
  async until(what: number | string): Promise<void> {
    const come = () => (typeof what === 'number' ? this.last >= what : this.notes.includes(what))
    while (!come()) {
      if (this.fault) throw this.fault
      await once(this.#news, 'news')
    }
    if (this.fault) throw this.fault
  }

  /** Number of the last event that came, or of the one that it began after. */
  get last(): number {
    return Number(this.#cursor.split('.')[1])
  }

  end(): void {
    this.#ended = true
    this.#stream?.destroy()
  }

  #connect(): void {
    if (this.#ended) return
    const again = () => setTimeout(() => this.#connect(), 20)
    const asked = get(this.#url(), {
      agent: false,
      headers: {
        accept: accept[this.#format],
        prefer: 'wait=60',
        authorization: `Bearer ${this.#token}`,
        'last-event-id': this.#cursor
      }
    })
    asked.on('error', again)
    asked.on('response', (stream) => {
      if (stream.statusCode !== 200) {
        stream.resume()
        if (stream.statusCode !== 503) this.#fail(new Error(`the stream was answered with ${stream.statusCode}`))
        else again()
        return
      }
      this.#stream = stream
      let text = ''
      stream.setEncoding('utf8')
      stream.on('data', (part) => {
        text = this.#take(text + part)
        this.#news.emit('news')
      })
      stream.on('end', () => {
        if (this.#format === 'json') this.#takePage(text)
        this.#news.emit('news')
      })
      stream.on('error', () => {})
      stream.on('close', again)
    })
  }

  /** Take what is whole of a stream; gives the rest. */
  #take(text: string): string {
    if (this.#format === 'json') return text
    const frames = text.split(this.#format === 'sse' ? '\n\n' : '\n')
    const rest = frames.pop() ?? ''
    for (const frame of frames) {
      const [, id, json] = /^(?:id: (.*)\n|event: .*\n)?(?:data: )?({.*})$/.exec(frame) ?? []
      if (json === undefined) continue
      const said = JSON.parse(json) as LogEvent | { type: string }
      if (said.type === 'presence' || said.type === 'rooms') continue
      if (!('seq' in said)) this.notes.push(said.type)
      else if (id === undefined ? this.#format === 'ndjson' : id.endsWith(`.${said.seq}`)) this.#add(said)
      else this.#fail(new Error(`event ${said.seq} has the id ${id}`))
    }
    return rest
  }

  #takePage(text: string): void {
    const { events, cursor } = JSON.parse(text) as EventPage
    for (const event of events) this.#add(event)
    if (events.length === 0) this.notes.push('nothing')
    if (cursor !== this.#cursor) this.#fail(new Error(`the cursor is ${cursor} after ${this.#cursor}`))
  }

  #add(event: LogEvent): void {
    const [epoch, before] = this.#cursor.split('.')
    if (event.seq !== Number(before) + 1) this.#fail(new Error(`event ${event.seq} came after ${before}`))
    this.keep(event)
    this.#cursor = `${epoch}.${event.seq}`
  }

  /** What is done with each event, in order. */
  protected keep(event: LogEvent): void {
    this.events.push(event)
  }

  #fail(error: Error): void {
    this.fault ??= error
    this.end()
    this.#news.emit('news')
  }
}
