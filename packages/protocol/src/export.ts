import { type Static, Type } from '@sinclair/typebox'
import { Member } from './members.ts'
import { Message } from './messages.ts'
import { Role, Room } from './rooms.ts'

/** What an export says of the room. */
export const ExportedRoom = Type.Object({ type: Type.Literal('room'), ...Room.properties })
export type ExportedRoom = Static<typeof ExportedRoom>

/** What it says of a member; without a role for one who left while it ran. */
export const ExportedMember = Type.Object({
  type: Type.Literal('member'),
  ...Member.properties,
  role: Type.Union([Role, Type.Null()], { description: 'null: left while the export ran' })
})
export type ExportedMember = Static<typeof ExportedMember>

/** A message in its present state, deleted ones included. */
export const ExportedMessage = Type.Object({ type: Type.Literal('message'), ...Message.properties })
export type ExportedMessage = Static<typeof ExportedMessage>

/** The last line: without it the export was cut. */
export const ExportEnd = Type.Object({
  type: Type.Literal('end'),
  cursor: Type.String({ description: 'The lines show the room after this event: follow it from here' }),
  messages: Type.Integer({ minimum: 0, description: 'How many messages there are' })
})
export type ExportEnd = Static<typeof ExportEnd>

/**
 * A line of an export: first the room, then its members by name, then its messages by id, and at the end what has changed meanwhile once
 * more. Of what concerns the same room, member or message, the last line counts.
 */
export const ExportLine = Type.Union([ExportedRoom, ExportedMember, ExportedMessage, ExportEnd], {
  $id: 'ExportLine',
  examples: [
    { type: 'room', ...Room.examples[0] },
    { type: 'member', ...Member.examples[0] },
    { type: 'message', ...Message.examples[0] },
    { type: 'end', cursor: 'abcd1234.57', messages: 1 }
  ]
})
export type ExportLine = Static<typeof ExportLine>
