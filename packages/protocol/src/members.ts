import { type Static, Type } from '@sinclair/typebox'
import { ref } from './ref.ts'
import { Role } from './rooms.ts'
import { UserKind } from './users.ts'

/** Who belongs to a room, as events show them. */
export const Member = Type.Object(
  { name: Type.String({ description: 'Name of the user' }), kind: UserKind, role: Role },
  { $id: 'Member', examples: [{ name: 'ana', kind: 'person', role: 'member' }] }
)
export type Member = Static<typeof Member>

/** What somebody becomes in a room. */
export const NewMembership = Type.Object(
  {
    role: Type.Optional(Role),
    invite: Type.Optional(
      Type.String({ description: 'The code of an invite to this room, in any case; for oneself, and instead of a role' })
    )
  },
  {
    $id: 'NewMembership',
    examples: [{ role: 'moderator' }, {}, { invite: 'K7QF29XMHB4T0RZC8W6VDN3GYE' }],
    additionalProperties: false
  }
)
export type NewMembership = Static<typeof NewMembership>

/** A member as the list of a room shows them. */
export const PresentMember = Type.Object(
  {
    name: Type.String({ description: 'Name of the user' }),
    kind: UserKind,
    role: Role,
    connected: Type.Boolean({ description: 'Follows the room now, or did until a few seconds ago' })
  },
  { $id: 'PresentMember', examples: [{ name: 'ana', kind: 'person', role: 'member', connected: true }] }
)
export type PresentMember = Static<typeof PresentMember>

export const MemberList = Type.Object(
  { members: Type.Array(ref(PresentMember)) },
  { $id: 'MemberList', examples: [{ members: PresentMember.examples }] }
)
export type MemberList = Static<typeof MemberList>
