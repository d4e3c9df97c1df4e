import type { LogEvent } from './events.ts'
import type { Message } from './messages.ts'

/** The message that an event is about; undefined: it is about a room, a member or a user, or a newer server sent it. */
export function messageOf(event: LogEvent): Message | undefined {
  switch (event.type) {
    case 'message.created':
    case 'message.edited':
    case 'message.deleted':
      return event.message
    case 'room.created':
    case 'room.updated':
    case 'member.joined':
    case 'member.updated':
    case 'member.left':
    case 'membership.joined':
    case 'membership.updated':
    case 'membership.left':
    case 'marker.moved':
      return undefined
    default:
      event satisfies never
      return undefined
  }
}
