import { type Static, type TProperties, Type } from '@sinclair/typebox'
import { Member } from './members.ts'
import { Message } from './messages.ts'
import { ownLogName } from './own-log.ts'
import { readUpTo } from './read-markers.ts'
import { ref } from './ref.ts'
import { Role, RoomSettings } from './rooms.ts'

/** One numbered entry of a log. Number, type, order and actor never change. */
const logEvent = <Name extends string, P extends TProperties>(
  $id: string,
  type: Name,
  properties: P,
  room = 'Name of the room'
) =>
  Type.Object(
    {
      seq: Type.Integer({ minimum: 1, description: 'Number in its log: 1, 2, 3 … without a gap' }),
      type: Type.Literal(type),
      room: Type.String({ description: room }),
      at: Type.String({ format: 'date-time', description: 'When, RFC 3339, UTC, milliseconds; order is by seq alone' }),
      actor: Type.Union([Type.String(), Type.Null()], { description: 'Name of who did it; null: the server' }),
      ...properties
    },
    { $id }
  )

export const RoomCreated = logEvent('RoomCreated', 'room.created', { settings: ref(RoomSettings) })
export const RoomUpdated = logEvent('RoomUpdated', 'room.updated', { settings: ref(RoomSettings) })
export const MemberJoined = logEvent('MemberJoined', 'member.joined', { member: ref(Member) })
export const MemberUpdated = logEvent('MemberUpdated', 'member.updated', { member: ref(Member) })
const reasons = [Type.Literal('left'), Type.Literal('removed'), Type.Literal('banned')]
export const MemberLeft = logEvent('MemberLeft', 'member.left', {
  member: ref(Member),
  reason: Type.Union(reasons, {
    description:
      'left and removed: the role is the one they had, so that the ban of somebody whose role was banned is lifted; banned: their role is banned now, whether they were a member or not'
  })
})
/** In message events the message is shown as it is now, not as it was then. */
export const MessageCreated = logEvent('MessageCreated', 'message.created', { message: ref(Message) })
export const MessageEdited = logEvent('MessageEdited', 'message.edited', { message: ref(Message) })
export const MessageDeleted = logEvent('MessageDeleted', 'message.deleted', { message: ref(Message) })

/** What somebody is in a room, as their own log shows it. */
export const Membership = Type.Object(
  { room: Type.String({ description: 'Name of the room' }), role: Role },
  { $id: 'Membership', examples: [{ room: 'ops', role: 'member' }] }
)
export type Membership = Static<typeof Membership>

/** How far somebody has read in a room, as their own log shows it: without what is unread, which changes with every message. */
export const MovedMarker = Type.Object(
  { room: Type.String({ description: 'Name of the room' }), readUpTo },
  { $id: 'MovedMarker', examples: [{ room: 'general', readUpTo: 57 }] }
)
export type MovedMarker = Static<typeof MovedMarker>

const ownEvent = <Name extends string, P extends TProperties>($id: string, type: Name, properties: P) =>
  logEvent($id, type, properties, `${ownLogName}: it is in the log of one user, who alone reads it`)

export const MembershipJoined = ownEvent('MembershipJoined', 'membership.joined', { membership: ref(Membership) })
export const MembershipUpdated = ownEvent('MembershipUpdated', 'membership.updated', { membership: ref(Membership) })
export const MembershipLeft = ownEvent('MembershipLeft', 'membership.left', {
  membership: ref(Membership),
  reason: Type.Union(reasons, {
    description:
      'left and removed: the role is the one you had, so that your ban is lifted if it was banned; banned: your role is banned now'
  })
})
export const MarkerMoved = ownEvent('MarkerMoved', 'marker.moved', { marker: ref(MovedMarker) })

/** The shape of each event type. */
export const logEvents = {
  'room.created': RoomCreated,
  'room.updated': RoomUpdated,
  'member.joined': MemberJoined,
  'member.updated': MemberUpdated,
  'member.left': MemberLeft,
  'message.created': MessageCreated,
  'message.edited': MessageEdited,
  'message.deleted': MessageDeleted,
  'membership.joined': MembershipJoined,
  'membership.updated': MembershipUpdated,
  'membership.left': MembershipLeft,
  'marker.moved': MarkerMoved
} as const

const example = {
  seq: 57,
  type: 'message.created',
  room: 'general',
  at: '2026-11-23T10:00:00.000Z',
  actor: 'ana',
  message: Message.examples[0]
}

export const LogEvent = Type.Union(
  Object.values(logEvents).map((schema) => Type.Ref(schema.$id as string)),
  {
    $id: 'LogEvent',
    examples: [example],
    description: 'Readers skip types they do not know, and still advance the cursor'
  }
)
export type LogEvent = { [Name in keyof typeof logEvents]: Static<(typeof logEvents)[Name]> }[keyof typeof logEvents]
export type LogEventType = LogEvent['type']
/** What is only in the logs of users, and is about one of them and one of their rooms. */
export type OwnEvent = Extract<LogEvent, { membership: Membership } | { marker: MovedMarker }>

const events = (description: string) => Type.Array(ref(LogEvent), { description })
const more = Type.Boolean({ description: 'There are more events: ask again at once' })

/** What comes next in a room, as one answer. */
export const EventPage = Type.Object(
  {
    events: events('In the order of the log'),
    cursor: Type.String({ description: 'Ask for the events after it next time' }),
    more
  },
  { $id: 'EventPage', examples: [{ events: [example], cursor: 'abcd1234.57', more: false }] }
)
export type EventPage = Omit<Static<typeof EventPage>, 'events'> & { events: LogEvent[] }

/** The same of several logs. */
export const CombinedEventPage = Type.Object(
  {
    events: events('Those of one log in its order; between logs there is no order'),
    cursors: Type.Record(Type.String(), Type.String(), {
      description: `For each room, and for ${ownLogName}, the cursor to ask after next time`
    }),
    more
  },
  { $id: 'CombinedEventPage', examples: [{ events: [example], cursors: { general: 'abcd1234.57' }, more: false }] }
)
export type CombinedEventPage = Omit<Static<typeof CombinedEventPage>, 'events'> & { events: LogEvent[] }

/** What a stream says about itself, between the events of the log. These have no number. */
export type StreamNote =
  /** The stream begins after this cursor. */
  | { type: 'ready'; room: string; cursor: string }
  /** Everything up to this cursor has been sent; what follows is live. */
  | { type: 'synced'; room: string; cursor: string }
  /** The server ends the stream; come back after `retryMs` milliseconds. */
  | { type: 'goodbye'; retryMs: number }
  /** The next event of this room is gone; the stream ends. Read the history, then follow from this cursor. */
  | { type: 'reset'; room: string; cursor: string }
  | PresenceNote
  | RoomsNote

/**
 * Who of the members of a room began or ceased to follow it, by name; of a user with several streams neither one more nor one less.
 * Only changes are told. Ask for the list (`GET /v1/rooms/{room}/members?connected=true`) once the stream is `synced`, and apply what
 * comes from then on; a member who has left is not connected any more.
 */
export interface PresenceNote {
  type: 'presence'
  room: string
  connected: string[]
  disconnected: string[]
  /** More came and went than these: ask for the list again, after some random time. */
  more: boolean
}

/**
 * Public rooms of others that came about or have other settings now, told to whoever follows their own log, `@me`: what they become in
 * a room, its own events and their own log tell. One that became private is in no note. Ask for the list (`GET /v1/rooms`) once the
 * stream is `synced`, and apply what comes from then on.
 */
export interface RoomsNote {
  type: 'rooms'
  room: typeof ownLogName
  /** `rev`: number of the event that it is in; of two states of a room the one with the higher number is later. */
  rooms: ({ name: string; rev: number } & RoomSettings)[]
  /** There are more than these: ask for the list again, after some random time. */
  more: boolean
}
