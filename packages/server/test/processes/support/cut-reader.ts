import { Agent, type ClientRequest, get } from 'node:http'
import type { EventPage, LogEvent } from '@tertulia/protocol'

export type EventFormat = 'sse' | 'ndjson' | 'json'

const accept: Record<EventFormat, string> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  json: 'application/json'
}

/** Reads a room's log on one format. Its connections are cut at any byte, and it goes on after the last event that came whole. */
export class CutReader {
  readonly events: LogEvent[] = []
  /** How often a connection was cut. */
  cuts = 0
  readonly #url: string
  readonly #token: string
  readonly #format: EventFormat
  readonly #random: () => number
  readonly #agent = new Agent({ keepAlive: true })
  #cursor: string

  constructor(url: string, token: string, format: EventFormat, cursor: string, random: () => number) {
    this.#url = url
    this.#token = token
    this.#format = format
    this.#random = random
    this.#cursor = cursor
  }

  /** Read until this event has come. */
  async until(seq: number): Promise<void> {
    while ((this.events.at(-1)?.seq ?? 0) < seq) await this.#connection(seq)
    this.#agent.destroy()
  }

  /** One connection, to its end or to where it is cut. */
  #connection(last: number): Promise<void> {
    const random = this.#random
    const limit = this.#format === 'json' ? `&limit=${1 + Math.floor(random() ** 3 * 500)}` : ''
    const headers = { authorization: `Bearer ${this.#token}`, accept: accept[this.#format], prefer: 'wait=20' }
    let bytesLeft = random() < 0.2 ? Infinity : Math.floor(random() ** 2 * 200_000)
    let text = ''
    return new Promise((resolve, reject) => {
      const asked: ClientRequest = get(`${this.#url}?after=${this.#cursor}${limit}`, { headers, agent: this.#agent })
      let isCut = false
      const cut = () => {
        isCut = true
        this.cuts++
        asked.destroy()
      }
      // Where nothing comes, bytes do not end it: a while of waiting does.
      const bored = setTimeout(cut, 5 + random() * 400)
      asked.on('error', () => {})
      asked.on('close', () => {
        clearTimeout(bored)
        resolve()
      })
      asked.on('response', (response) => {
        if (response.statusCode !== 200) {
          reject(new Error(`${this.#format} after ${this.#cursor}: ${response.statusCode}`))
          return
        }
        response.on('error', () => {})
        response.on('data', (bytes: Buffer) => {
          const arrived = bytes.subarray(0, Math.min(bytes.length, bytesLeft))
          bytesLeft -= arrived.length
          text += arrived.toString('latin1') // one character for each byte: a cut may part one of UTF-8
          try {
            text = this.#take(text, false)
          } catch (error) {
            reject(error)
          }
          if (bytesLeft === 0 || (this.events.at(-1)?.seq ?? 0) >= last) cut()
        })
        response.on('end', () => {
          if (!isCut) this.#take(text, true)
        })
      })
    })
  }

  /** Take what is whole; gives the rest. */
  #take(text: string, isEnd: boolean): string {
    if (this.#format === 'json') {
      if (!isEnd) return text
      const { events, cursor } = JSON.parse(utf8(text)) as EventPage
      for (const event of events) this.#add(event)
      if (cursor !== this.#cursor) throw new Error(`cursor ${cursor} after ${this.#cursor}`)
      return ''
    }
    const frames = text.split(this.#format === 'sse' ? '\n\n' : '\n')
    const rest = frames.pop() ?? ''
    for (const frame of frames) {
      const json = this.#format === 'ndjson' ? frame : /^id: .*\ndata: (.*)$/.exec(frame)?.[1]
      const event = json && JSON.parse(utf8(json))
      if (event?.seq !== undefined) this.#add(event)
    }
    return rest
  }

  #add(event: LogEvent): void {
    const [epoch, before] = this.#cursor.split('.')
    if (event.seq !== Number(before) + 1) throw new Error(`${event.seq} came after ${before} over ${this.#format}`)
    this.events.push(event)
    this.#cursor = `${epoch}.${event.seq}`
  }
}

const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString()
