import type { LogEvent, Message } from '@tertulia/protocol'
import { messageLines } from './message-lines.ts'
import { noticeLines } from './notice-lines.ts'

/** So many messages are remembered, to tell what has been shown already. */
const rememberedMax = 1_000

/** Turns what happened in a room, in its order, into lines for a terminal. Nothing is shown twice. */
export class Timeline {
  readonly #columns: () => number
  /** The newest state that was shown of each message, by id. */
  readonly #shown = new Map<number, number>()
  #day: string | undefined

  constructor(columns: () => number) {
    this.#columns = columns
  }

  /** Lines for an event; none if it says nothing new. */
  event(event: LogEvent): string[] {
    switch (event.type) {
      case 'message.created':
      case 'message.edited':
      case 'message.deleted':
        return this.message(event.message)
      case 'member.joined':
        return this.#notice(`${event.member.name} joined`)
      case 'member.left':
        return this.#notice(`${event.member.name} ${departures[event.reason]}`)
      default:
        return []
    }
  }

  /** Lines for a message, preceded by the day when it is another than that of the last one. */
  message(message: Message): string[] {
    if (!this.note(message)) return []
    const day = dayOf(message.createdAt)
    const divider = day === this.#day ? [] : [day]
    this.#day = day
    return [...divider, ...messageLines(message, this.#columns())]
  }

  #notice(sentence: string): string[] {
    return noticeLines(sentence, this.#columns())
  }

  /** Take it for shown. false: this state of it, or a newer one, has been shown before. */
  note({ id, rev }: Message): boolean {
    if ((this.#shown.get(id) ?? 0) >= rev) return false
    this.#shown.delete(id)
    this.#shown.set(id, rev)
    if (this.#shown.size > rememberedMax) this.#shown.delete(this.#shown.keys().next().value ?? 0)
    return true
  }
}

const departures = { left: 'left', removed: 'was removed', banned: 'was banned' } as const

const dayFormat = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })

/** `Monday 23 November 2026`, where the reader is. */
function dayOf(time: string): string {
  const parts = dayFormat.formatToParts(new Date(time))
  return parts.flatMap(({ type, value }) => (type === 'literal' ? [] : [value])).join(' ')
}
