import type { LogEvent } from '@tertulia/protocol'
import { type Bus, publicRooms } from '../buses/bus.ts'
import type { Added, Told } from '../stores/commands.ts'

/** Hears, in a few words, who came and went. Never what was said. */
export type Tell = (happening: string) => void

export interface AnnouncerOptions {
  bus: Bus
  /** Called before anybody else hears that this log has changed, so that nobody who knows of the change finds a stale copy. */
  onChange?: ((log: number) => void) | undefined
  tell: Tell
}

/** What follows a commit: what was kept ready of its room is dropped, the bus hears what was added, and whoever looks on hears who came and went. */
export class Announcer {
  readonly tell: Tell
  readonly #bus: Bus
  readonly #onChange: (log: number) => void

  constructor({ bus, onChange = () => {}, tell }: AnnouncerOptions) {
    this.#bus = bus
    this.#onChange = onChange
    this.tell = tell
  }

  /** Only after the commit: readers never see what could roll back. */
  announce({ log, events, told }: Added & Told): void {
    this.#publish({ log, events })
    this.announceTold(told)
    for (const event of events) {
      const happening = newsOf(event)
      if (happening) this.tell(happening)
      if (isOfPublicRoom(event)) this.#bus.publish({ log: publicRooms, head: event.seq, events: [event] })
    }
  }

  /** The same for what a commit added to the logs of users alone: nobody else hears of it. */
  announceTold(told: readonly Added[] = []): void {
    for (const added of told) this.#publish(added)
  }

  #publish({ log, events }: Added): void {
    const last = events.at(-1)
    if (last === undefined) return
    this.#onChange(log)
    this.#bus.publish({ log, head: last.seq, events })
  }
}

const isOfPublicRoom = (event: LogEvent): boolean => 'settings' in event && event.settings.visibility === 'public'

function newsOf(event: LogEvent): string | undefined {
  const { room } = event
  const actor = event.actor ?? 'the server'
  switch (event.type) {
    case 'room.created':
      return `${actor} created ${room}`
    case 'room.updated':
      return `${actor} changed ${room}`
    case 'member.joined': {
      const { name } = event.member
      return name === actor ? `${name} joined ${room}` : `${actor} added ${name} to ${room}`
    }
    case 'member.updated': {
      const { name, role } = event.member
      return `${actor} made ${name} ${role === 'owner' ? 'an' : 'a'} ${role} of ${room}`
    }
    case 'member.left': {
      const { name, role } = event.member
      if (role === 'banned' && event.reason === 'removed') return `${actor} lifted the ban of ${name} from ${room}`
      return event.reason === 'left' ? `${name} left ${room}` : `${actor} ${event.reason} ${name} from ${room}`
    }
    case 'message.created':
    case 'message.edited':
    case 'message.deleted':
    case 'membership.joined':
    case 'membership.updated':
    case 'membership.left':
    case 'marker.moved':
      return undefined
    default:
      return event satisfies never
  }
}
