import { type HistoryPage, type HistoryPlace, ProblemError } from '@tertulia/client'
import type { EventPage, LogEvent, Message } from '@tertulia/protocol'
import type { RoomSource } from '../../src/state/room.ts'

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 23, 9, minute)).toISOString()

/** The log of one room, as a server keeps it: what happens in it gets its number here. */
export class RoomLog implements RoomSource {
  readonly events: LogEvent[] = []
  readonly messages = new Map<number, Message>()
  epoch = 'abcd1234'
  /** Numbers up to this one are not kept any more. */
  gone = 0
  logPages = 0
  historyPages = 0
  /** Fails this many of the next requests. */
  failing = 0
  /** Requests wait until it is settled. */
  gate: Promise<void> = Promise.resolve()

  say(author: string, text = 'hi'): LogEvent {
    const id = this.events.length + 1
    const author_ = { name: author, kind: 'person' as const }
    const message = { id, room: 'ops', author: author_, text, createdAt: at(id), editedAt: null, deletedAt: null, rev: id }
    return this.#add('message.created', message)
  }

  edit(id: number, text: string): LogEvent {
    const message = this.messages.get(id) as Message
    return this.#add('message.edited', { ...message, text, editedAt: at(99), rev: this.events.length + 1 })
  }

  delete(id: number): LogEvent {
    const message = this.messages.get(id) as Message
    return this.#add('message.deleted', { ...message, text: null, deletedAt: at(99), rev: this.events.length + 1 })
  }

  join(name: string): LogEvent {
    const member = { name, kind: 'person' as const, role: 'member' as const }
    const event: LogEvent = { seq: this.events.length + 1, type: 'member.joined', room: 'ops', at: at(0), actor: name, member }
    this.events.push(event)
    return event
  }

  get cursor(): string {
    return `${this.epoch}.${this.events.length}`
  }

  async history({ limit = 50, before, after, around }: HistoryPlace): Promise<HistoryPage> {
    this.historyPages++
    await this.#ready()
    const all = [...this.messages.values()].sort((a, b) => a.id - b.id)
    let from = Math.max(0, all.length - limit)
    if (before !== undefined) from = Math.max(0, all.findIndex(({ id }) => id >= before) - limit)
    if (after !== undefined) from = all.findIndex(({ id }) => id > after)
    if (around !== undefined) from = Math.max(0, all.findIndex(({ id }) => id >= around) - limit / 2)
    const end = before === undefined ? from + limit : all.findIndex(({ id }) => id >= before)
    const messages = from < 0 ? [] : all.slice(from, end)
    const [first, last] = [messages[0], messages.at(-1)]
    const earlier = first && all[0] !== first ? { before: first.id } : undefined
    const later = last && all.at(-1) !== last ? { after: last.id } : undefined
    return { messages, cursor: this.cursor, firstSeq: this.gone + 1, earlier, later }
  }

  async log(after: string): Promise<EventPage> {
    this.logPages++
    await this.#ready()
    const [epoch, seq] = after.split('.')
    if (epoch !== this.epoch || Number(seq) < this.gone) throw expired(this.cursor)
    const events = this.events.slice(Number(seq), Number(seq) + 3)
    const reached = Number(seq) + events.length
    return { events, cursor: `${this.epoch}.${reached}`, more: reached < this.events.length }
  }

  async #ready(): Promise<void> {
    await this.gate
    if (this.failing > 0) {
      this.failing--
      throw new TypeError('cut')
    }
  }

  /** Events show a message as it is now. */
  #add(type: 'message.created' | 'message.edited' | 'message.deleted', message: Message): LogEvent {
    this.messages.set(message.id, message)
    const event = { seq: this.events.length + 1, type, room: 'ops', at: message.createdAt, actor: message.author.name } as const
    const whole: LogEvent = Object.defineProperty({ ...event, message }, 'message', {
      enumerable: true,
      get: () => this.messages.get(message.id)
    })
    this.events.push(whole)
    return whole
  }
}

export const expired = (cursor: string): ProblemError =>
  new ProblemError({ type: '', code: 'cursor-expired', status: 410, title: '', detail: '', instance: '', cursor })
