import { type Static, Type } from '@sinclair/typebox'
import { retainDaysMax, titleCharsMax } from './limits.ts'
import { newName } from './names.ts'
import { listedMarker } from './read-markers.ts'
import { ref } from './ref.ts'

export const Visibility = Type.Union([Type.Literal('public'), Type.Literal('private')], {
  description: 'public: every user may read; private: only members may, and for others the room does not exist'
})
export type Visibility = Static<typeof Visibility>

export const Role = Type.Union(
  [Type.Literal('owner'), Type.Literal('moderator'), Type.Literal('member'), Type.Literal('banned')],
  { description: 'What a user may do in the room; banned: nothing, not even read' }
)
export type Role = Static<typeof Role>

const title = Type.String({
  maxLength: titleCharsMax,
  description: `What the room is about, at most ${titleCharsMax} characters`
})

const retainDays = Type.Union([Type.Integer({ minimum: 1, maximum: retainDaysMax }), Type.Null()], {
  description: `For how many days it keeps what is written, 1 to ${retainDaysMax}; older messages and events are erased within an hour or so. null: for ever`
})

/** What an owner may change of a room, as room events show it. */
export const RoomSettings = Type.Object(
  { title, visibility: Visibility, archived: Type.Boolean(), retainDays },
  {
    $id: 'RoomSettings',
    examples: [{ title: 'What concerns everybody', visibility: 'public', archived: false, retainDays: null }]
  }
)
export type RoomSettings = Static<typeof RoomSettings>

export const Room = Type.Object(
  {
    name: Type.String({ description: 'Name, unique on this server; it never changes' }),
    title,
    visibility: Visibility,
    archived: Type.Boolean({ description: 'You can read an archived room, but not write in it' }),
    retainDays,
    createdAt: Type.String({ format: 'date-time', description: 'Time of creation, RFC 3339, UTC, milliseconds' }),
    rev: Type.Integer({
      minimum: 1,
      description: 'Number of the last event that changed its settings, also when that event is no longer kept'
    })
  },
  {
    $id: 'Room',
    examples: [
      {
        name: 'general',
        title: 'What concerns everybody',
        visibility: 'public',
        archived: false,
        retainDays: null,
        createdAt: '2026-11-23T10:00:00.000Z',
        rev: 1
      }
    ]
  }
)
export type Room = Static<typeof Room>

/** A room as the list shows it to one user. */
export const ListedRoom = Type.Object(
  {
    ...Room.properties,
    head: Type.Integer({ minimum: 1, description: 'Number of the last event in its log' }),
    role: Type.Union([Role, Type.Null()], { description: 'Your role; null: not a member' }),
    ...listedMarker
  },
  { $id: 'ListedRoom', examples: [{ ...Room.examples[0], head: 57, role: 'member', readUpTo: 54, unread: 2 }] }
)
export type ListedRoom = Static<typeof ListedRoom>

export const NewRoom = Type.Object(
  { name: newName, title: Type.Optional(title), visibility: Type.Optional(Visibility) },
  { $id: 'NewRoom', examples: [{ name: 'ops', title: 'Who is on call', visibility: 'private' }], additionalProperties: false }
)
export type NewRoom = Static<typeof NewRoom>

/** What an owner changes; what is not given stays as it is. */
export const RoomChanges = Type.Object(
  {
    title: Type.Optional(title),
    visibility: Type.Optional(Visibility),
    archived: Type.Optional(Type.Boolean()),
    retainDays: Type.Optional(retainDays)
  },
  { $id: 'RoomChanges', examples: [{ title: 'Who is on call' }], additionalProperties: false, minProperties: 1 }
)
export type RoomChanges = Static<typeof RoomChanges>

export const RoomList = Type.Object(
  { rooms: Type.Array(ref(ListedRoom)) },
  { $id: 'RoomList', examples: [{ rooms: ListedRoom.examples }] }
)
export type RoomList = Static<typeof RoomList>
