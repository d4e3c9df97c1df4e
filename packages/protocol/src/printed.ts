import { type Static, Type } from '@sinclair/typebox'
import { IssuedInvite } from './invites.ts'
import { Message } from './messages.ts'
import { ref } from './ref.ts'
import { SignInLink } from './sessions.ts'
import { Me } from './users.ts'

/*
 * What `chat COMMAND --json` prints where that is not what the server has answered. With --json, standard output has one such object in
 * one line; of watch and export, one a line.
 */

const server = Type.String({ description: 'Address of the server' })
const room = Type.String({ description: 'Name of the room' })
const name = Type.String({ description: 'Name of the user' })

/** `join` and `login`: where the other commands go from now on, and as whom. */
export const Entered = Type.Object({ server, room, name })
export type Entered = Static<typeof Entered>

/** `whoami` */
export const Myself = Type.Object({ ...Me.properties, server, room })
export type Myself = Static<typeof Myself>

/** `delete` */
export const Deleted = Type.Object({ room, id: Type.Integer({ minimum: 1, description: 'Number of the message' }) })
export type Deleted = Static<typeof Deleted>

/** `ask` */
export const Answered = Type.Object({
  choice: Type.String({ description: 'As it stands in --choices' }),
  who: Type.String({ description: 'Name of who answered' }),
  message: ref(Message)
})
export type Answered = Static<typeof Answered>

/** `rooms remove` */
export const Removed = Type.Object({ room, name })
export type Removed = Static<typeof Removed>

/** `bots remove` */
export const Ended = Type.Object({ name })
export type Ended = Static<typeof Ended>

/** `invite` */
export const InviteLink = Type.Object({
  ...IssuedInvite.properties,
  link: Type.String({ description: 'What people join with: chat join LINK' })
})
export type InviteLink = Static<typeof InviteLink>

/** `invite revoke` */
export const Revoked = Type.Object({ id: Type.Integer({ minimum: 1, description: 'Number of the invite' }) })
export type Revoked = Static<typeof Revoked>

/** `link` */
export const DeviceLink = Type.Object({
  ...SignInLink.properties,
  server,
  link: Type.String({ description: 'What the other device signs in with: chat login LINK' })
})
export type DeviceLink = Static<typeof DeviceLink>

/** `logout` */
export const SignedOut = Type.Object({
  server,
  name,
  ended: Type.Boolean({ description: 'Whether the server knows; false only with --force' })
})
export type SignedOut = Static<typeof SignedOut>

/** `password` */
export const PasswordSet = Type.Object({ server })
export type PasswordSet = Static<typeof PasswordSet>

/** `leave`, a room or with --for-ever the server */
export const Left = Type.Union([Type.Object({ room }), Type.Object({ server, name })])
export type Left = Static<typeof Left>
