import type { LogEvent } from '@tertulia/protocol'
import type { Bus } from '../buses/bus.ts'
import type { Added } from '../stores/store.ts'
import type { NewestPages } from './newest-pages.ts'

/** Hears, in a few words, who came and went. Never what was said. */
export type Tell = (happening: string) => void

/** What follows a commit: the ready page of its room is dropped, the bus hears what was added, and whoever looks on hears who came and went. */
export class Announcer {
  readonly tell: Tell
  readonly #bus: Bus
  readonly #newest: NewestPages

  constructor({ bus, newest, tell }: { bus: Bus; newest: NewestPages; tell: Tell }) {
    this.#bus = bus
    this.#newest = newest
    this.tell = tell
  }

  /** Only after the commit: readers never see what could roll back. */
  announce({ log, events }: Added): void {
    const last = events.at(-1)
    if (last === undefined) return
    this.#newest.drop(log)
    this.#bus.publish({ log, head: last.seq, events })
    for (const event of events) {
      const happening = inWords(event)
      if (happening) this.tell(happening)
    }
  }
}

function inWords(event: LogEvent): string | undefined {
  const { type, room } = event
  const actor = event.actor ?? 'the server'
  if (type === 'room.created') return `${actor} created ${room}`
  if (type === 'room.updated') return `${actor} changed ${room}`
  if (type === 'member.joined') {
    const { name } = event.member
    return name === actor ? `${name} joined ${room}` : `${actor} added ${name} to ${room}`
  }
  if (type === 'member.left') {
    const { name } = event.member
    return event.reason === 'left' ? `${name} left ${room}` : `${actor} ${event.reason} ${name} from ${room}`
  }
  return undefined
}
