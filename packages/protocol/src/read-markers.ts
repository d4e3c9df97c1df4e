import { type Static, Type } from '@sinclair/typebox'
import { unreadMessagesMax } from './limits.ts'

export const readUpTo = Type.Integer({ minimum: 0, description: 'Number of the last event of the room that you have read' })
const unread = Type.Integer({
  minimum: 0,
  maximum: unreadMessagesMax,
  description: `Later messages by others that are not deleted; ${unreadMessagesMax} means that many or more`
})

/** How far somebody has read in a room. Nobody else is told. */
export const ReadMarker = Type.Object(
  { room: Type.String({ description: 'Name of the room' }), readUpTo, unread },
  { $id: 'ReadMarker', examples: [{ room: 'general', readUpTo: 57, unread: 0 }] }
)
export type ReadMarker = Static<typeof ReadMarker>

/** Up to where somebody has read; it never goes back. */
export const NewReadMarker = Type.Object(
  {
    upTo: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Number of an event or a message; a number beyond the last event means the last event'
    })
  },
  { $id: 'NewReadMarker', examples: [{ upTo: 57 }], additionalProperties: false }
)
export type NewReadMarker = Static<typeof NewReadMarker>

/** The same in a list of rooms, for users who are members of some of them. */
export const listedMarker = {
  readUpTo: Type.Union([readUpTo, Type.Null()], { description: `${readUpTo.description}; null: not a member` }),
  unread: Type.Union([unread, Type.Null()], { description: `${unread.description}; null: not a member` })
}
