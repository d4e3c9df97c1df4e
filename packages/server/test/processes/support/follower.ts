import { EventEmitter, once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { LogEvent } from '@tertulia/protocol'

/**
 * Follows one room by server-sent events and comes back with its cursor whenever it is cut off.
 * It throws as soon as an event is not the very next one: a gap, a double or another order.
 */
export class Follower {
  readonly events: LogEvent[] = []
  /** What the stream said of itself, in order: ready, synced, goodbye, reset. */
  readonly notes: string[] = []
  fault: Error | undefined
  #stream: IncomingMessage | undefined
  #ended = false
  readonly #news = new EventEmitter()
  readonly #url: () => string
  readonly #token: string
  #cursor: string

  /** @param url  where the room's events are now; asked at every connection, since a restarted server may have moved */
  constructor(url: () => string, token: string, cursor: string) {
    this.#url = url
    this.#token = token
    this.#cursor = cursor
    this.#connect()
  }

  /** Resolves once an event with at least this number has come, or a note of this kind. */
  async until(what: number | string): Promise<void> {
    const come = () => (typeof what === 'number' ? (this.events.at(-1)?.seq ?? 0) >= what : this.notes.includes(what))
    while (!come()) {
      if (this.fault) throw this.fault
      await once(this.#news, 'news')
    }
    if (this.fault) throw this.fault
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
      headers: { accept: 'text/event-stream', authorization: `Bearer ${this.#token}`, 'last-event-id': this.#cursor }
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
        text += part
        const frames = text.split('\n\n')
        text = frames.pop() ?? ''
        for (const frame of frames) this.#take(frame)
        this.#news.emit('news')
      })
      stream.on('error', () => {})
      stream.on('close', again)
    })
  }

  #take(frame: string): void {
    const field = (name: string) =>
      frame
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2)
    const [id, note, data] = [field('id'), field('event'), field('data')]
    if (note) this.notes.push(note)
    if (!id || !data) return
    const event = JSON.parse(data) as LogEvent
    const before = this.events.at(-1)?.seq ?? Number(this.#cursor.split('.')[1])
    if (event.seq !== before + 1 || id.split('.')[1] !== `${event.seq}`) {
      this.#fail(new Error(`event ${event.seq} (id ${id}) came after ${before}`))
    }
    this.events.push(event)
    this.#cursor = id
  }

  #fail(error: Error): void {
    this.fault ??= error
    this.end()
    this.#news.emit('news')
  }
}
