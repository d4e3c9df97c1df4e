import type { LogEvent } from '@tertulia/protocol'
import { messageOf } from '@tertulia/protocol/message-of'
import { ownLogName } from '@tertulia/protocol/own-log'
import { hold } from './fault.ts'

/** Everything that any follower has seen: each event is the same for all, and each state of a message too. */
export class Seen {
  /** What never changes of an event, by its number, for each log. */
  readonly logs = new Map<string, Map<number, string>>()
  /** What a message said, by room, id and rev. */
  readonly #states = new Map<string, string | null>()
  readonly texts = new Set<string>()

  /** @param reader  whose name it is if it is in their own log */
  add(event: LogEvent, reader: string): void {
    const log = event.room === ownLogName ? `${ownLogName} ${reader}` : event.room
    let known = this.logs.get(log)
    if (!known) {
      known = new Map()
      this.logs.set(log, known)
    }
    const fixed = unchanging(event)
    const before = known.get(event.seq)
    hold(before === undefined || before === fixed, () => `event ${event.seq} of ${log} is ${before} and ${fixed}`)
    known.set(event.seq, fixed)
    const message = messageOf(event)
    if (!message) return
    const state = `${message.room} ${message.id} ${message.rev}`
    const text = this.#states.get(state)
    hold(text === undefined || text === message.text, () => `${state} says ${text} and ${message.text}`)
    this.#states.set(state, message.text)
    if (message.text !== null) this.texts.add(message.text)
  }
}

/** All of an event that is the same whenever it is read. */
function unchanging(event: LogEvent): string {
  const { seq, type, at, actor } = event
  const about = messageOf(event)?.id ?? JSON.stringify(Object.values(event).slice(5))
  return `${seq} ${type} ${at} ${actor} ${about}`
}
