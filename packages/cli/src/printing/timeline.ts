import type { LogEvent, Message } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { bare, type Look } from './look.ts'
import { messageLines } from './message-lines.ts'
import { noticeLines } from './notice-lines.ts'
import { settingsWords } from './settings-words.ts'
import { padded, widest } from './width.ts'
import { wrap } from './wrap.ts'

/** So many messages are remembered, to tell what has been shown already. */
const rememberedMax = 1_000

/** Turns what happened, in its order, into lines for a terminal. Nothing is shown twice. */
export class Timeline {
  readonly #columns: () => number
  readonly #several: boolean
  readonly #look: Look
  /** So wide is the name of a room before each of its messages. */
  readonly #labelColumns: number
  /** The newest state that was shown of each message. */
  readonly #shown = new Map<string, number>()
  #day: string | undefined

  /** @param rooms  where several are shown together, each line names its own */
  constructor(columns: () => number, rooms: readonly string[] = [], look: Look = bare) {
    this.#columns = columns
    this.#look = look
    this.#several = rooms.length > 1
    this.#labelColumns = Math.max(0, ...rooms.map((room) => widest(neutralise(room))))
  }

  /** Lines for an event; none if it says nothing new. */
  event(event: LogEvent): string[] {
    switch (event.type) {
      case 'message.created':
      case 'message.edited':
      case 'message.deleted':
        return this.message(event.message)
      case 'member.joined': {
        const { member, actor } = event
        const isUs = member.name === this.#look.me
        if (actor !== member.name) return this.#notice(`${this.#was(member.name)} added${this.#room(event, 'to ')}`)
        // Whoever is told of it here was in the room before.
        return this.#notice(`${this.#who(member.name)} joined${this.#room(event, '')}${isUs ? ' again' : ''}`)
      }
      case 'member.left': {
        const { member, reason } = event
        if (member.role === 'banned' && reason === 'removed') {
          return this.#notice(`the ban of ${member.name}${this.#room(event, 'from ')} was lifted`)
        }
        if (reason === 'left') return this.#notice(`${this.#who(member.name)} left${this.#room(event, '')}`)
        return this.#notice(`${this.#was(member.name)} ${reason}${this.#room(event, 'from ')}`)
      }
      case 'room.updated':
        return this.#notice(
          `${this.#who(event.actor ?? 'the server')} changed ${this.#several ? event.room : 'the room'}: ${settingsWords(event.settings)}`
        )
      case 'member.updated': {
        const { name, role } = event.member
        const is = name === this.#look.me ? 'you are' : `${name} is`
        return this.#notice(`${is} now ${role === 'owner' ? 'an' : 'a'} ${role}${this.#room(event, 'of ')}`)
      }
      case 'room.created':
      case 'membership.joined':
      case 'membership.updated':
      case 'membership.left':
      case 'marker.moved':
        return []
      default:
        event satisfies never // a newer server may have sent it
        return []
    }
  }

  /** Lines for a message, preceded by the day when it is another than that of the last one; none if it says nothing new. */
  message(message: Message): string[] {
    return this.note(message) ? this.lines(message) : []
  }

  /** The same, also when it has been shown before. */
  lines(message: Message): string[] {
    this.note(message)
    const day = dayOf(message.createdAt)
    const divider = day === this.#day ? [] : wrap(day, Math.max(1, this.#columns() - 1))
    this.#day = day
    return [...divider, ...messageLines(message, this.#columns(), this.#label(message), this.#look)]
  }

  #label({ room }: Message): string {
    return this.#several ? `${padded(neutralise(room), this.#labelColumns)} ` : ''
  }

  #who(name: string): string {
    return name === this.#look.me ? 'you' : name
  }

  #was(name: string): string {
    return name === this.#look.me ? 'you were' : `${name} was`
  }

  /** Which room, where that is not clear. */
  #room({ room }: LogEvent, preposition: string): string {
    return this.#several ? ` ${preposition}${room}` : ''
  }

  #notice(sentence: string): string[] {
    return noticeLines(sentence, this.#columns())
  }

  /** Take it for shown. false: this state of it, or a newer one, has been shown before. */
  note({ room, id, rev }: Message): boolean {
    const key = `${room} ${id}`
    if ((this.#shown.get(key) ?? 0) >= rev) return false
    this.#shown.delete(key)
    this.#shown.set(key, rev)
    if (this.#shown.size > rememberedMax) this.#shown.delete(this.#shown.keys().next().value ?? '')
    return true
  }
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })

/** `Monday 23 November 2026`, where the reader is. */
function dayOf(time: string): string {
  const parts = dayFormat.formatToParts(new Date(time))
  return parts.flatMap(({ type, value }) => (type === 'literal' ? [] : [value])).join(' ')
}
