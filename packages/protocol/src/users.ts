import { type Static, Type } from '@sinclair/typebox'
import { newName } from './names.ts'
import { newPassword } from './passwords.ts'
import { ref } from './ref.ts'

export const UserKind = Type.Union([Type.Literal('person'), Type.Literal('bot')], {
  description: 'Whether a person or a program has this name'
})
export type UserKind = Static<typeof UserKind>

/** A user as an author: what a message shows of them. */
export const Author = Type.Object(
  { name: Type.String({ description: 'Name of the user' }), kind: UserKind },
  { $id: 'Author', examples: [{ name: 'ana', kind: 'person' }] }
)
export type Author = Static<typeof Author>

export const User = Type.Object(
  {
    name: Type.String({ description: 'Name, unique on this server' }),
    kind: UserKind,
    createdAt: Type.String({ format: 'date-time', description: 'Time of registration, RFC 3339, UTC, milliseconds' })
  },
  { $id: 'User', examples: [{ name: 'ana', kind: 'person', createdAt: '2026-11-23T10:00:00.000Z' }] }
)
export type User = Static<typeof User>

/** A user as they see themselves. */
export const Me = Type.Object(
  {
    ...User.properties,
    admin: Type.Boolean({ description: 'Acts as an owner in every public room, and invites people to the server' }),
    hasPassword: Type.Boolean({ description: 'Can sign in elsewhere with it' }),
    sessions: Type.Integer({ minimum: 0, description: 'On how many devices they are signed in' })
  },
  { $id: 'Me', examples: [{ ...User.examples[0], admin: false, hasPassword: true, sessions: 2 }] }
)
export type Me = Static<typeof Me>

export const NewUser = Type.Object(
  {
    name: newName,
    password: Type.Optional(newPassword),
    invite: Type.Optional(Type.String({ description: 'The code of an invite, in any case; it may lead to a room' }))
  },
  { $id: 'NewUser', examples: [{ name: 'ana' }], additionalProperties: false }
)
export type NewUser = Static<typeof NewUser>

/** The password of a user, from now on. */
export const NewPassword = Type.Object(
  {
    password: newPassword,
    current: Type.Optional(Type.String({ description: 'Your current password; required if you have one' }))
  },
  {
    $id: 'NewPassword',
    examples: [{ password: 'correct horse battery', current: 'tr0ub4dor' }],
    additionalProperties: false
  }
)
export type NewPassword = Static<typeof NewPassword>

/** A user and the token that speaks for them; the token is shown this once. */
export const SignedIn = Type.Object(
  { user: ref(Me), token: Type.String({ description: 'Send it as Authorization: Bearer TOKEN; it is shown only here' }) },
  { $id: 'SignedIn', examples: [{ user: Me.examples[0], token: 'tt_…' }] }
)
export type SignedIn = Static<typeof SignedIn>
