import { type Static, Type } from '@sinclair/typebox'
import { inviteDaysDefault, inviteUsesMax } from './limits.ts'
import { ref } from './ref.ts'

/** What somebody may be invited as. */
export const InvitedRole = Type.Union([Type.Literal('owner'), Type.Literal('moderator'), Type.Literal('member')], {
  description: 'What the invited become in the room'
})
export type InvitedRole = Static<typeof InvitedRole>

const noRoom = 'to the server alone'
const what = {
  room: Type.Union([Type.String(), Type.Null()], { description: `Name of the room that it leads to; null: ${noRoom}` }),
  role: Type.Union([InvitedRole, Type.Null()], { description: `What the invited become in the room; null: ${noRoom}` }),
  admin: Type.Boolean({ description: 'Whoever registers with it becomes an admin of the server' }),
  invitedBy: Type.Union([Type.String(), Type.Null()], { description: 'Name of who made it; null: whoever runs the server' }),
  expiresAt: Type.String({ format: 'date-time', description: 'Until when it can be used, RFC 3339, UTC, milliseconds' })
}
const uses = Type.Integer({ minimum: 1, maximum: inviteUsesMax, description: 'How many people it lets in' })

/** An invite without what proves it. */
export const Invite = Type.Object(
  {
    id: Type.Integer({ minimum: 1, description: 'Number, unique on this server' }),
    ...what,
    uses,
    used: Type.Integer({ minimum: 0, description: 'How many people it has let in' }),
    createdAt: Type.String({ format: 'date-time', description: 'When it was made, RFC 3339, UTC, milliseconds' })
  },
  {
    $id: 'Invite',
    examples: [
      {
        id: 7,
        room: 'ops',
        role: 'member',
        admin: false,
        invitedBy: 'ana',
        expiresAt: '2026-11-30T10:00:00.000Z',
        uses: 1,
        used: 0,
        createdAt: '2026-11-23T10:00:00.000Z'
      }
    ]
  }
)
export type Invite = Static<typeof Invite>

const code = 'K7QF29XMHB4T0RZC8W6VDN3GYE'

/** An invite as it is answered once, when it is made. */
export const IssuedInvite = Type.Object(
  {
    ...Invite.properties,
    code: Type.String({ description: 'Lets people in; it is shown only here' })
  },
  { $id: 'IssuedInvite', examples: [{ ...Invite.examples[0], code }] }
)
export type IssuedInvite = Static<typeof IssuedInvite>

export const InviteList = Type.Object(
  { invites: Type.Array(ref(Invite)) },
  { $id: 'InviteList', examples: [{ invites: Invite.examples }] }
)
export type InviteList = Static<typeof InviteList>

export const NewInvite = Type.Object(
  {
    room: Type.Optional(Type.String({ description: `Name of a room that I own or moderate; without one it is ${noRoom}` })),
    role: Type.Optional(InvitedRole),
    uses: Type.Optional(uses),
    expiresAt: Type.Optional(
      Type.String({
        description: `Until when it can be used, RFC 3339, at most a year ahead; ${inviteDaysDefault} days by default`
      })
    )
  },
  { $id: 'NewInvite', examples: [{ room: 'ops', uses: 5 }], additionalProperties: false }
)
export type NewInvite = Static<typeof NewInvite>

export const NewInviteLookup = Type.Object(
  { code: Type.String({ description: 'The code of an invite, in any case' }) },
  { $id: 'NewInviteLookup', examples: [{ code }], additionalProperties: false }
)
export type NewInviteLookup = Static<typeof NewInviteLookup>

/** Where an invite leads, for whoever has its code. */
export const InviteSummary = Type.Object(what, {
  $id: 'InviteSummary',
  examples: [{ room: 'ops', role: 'member', admin: false, invitedBy: 'ana', expiresAt: '2026-11-30T10:00:00.000Z' }]
})
export type InviteSummary = Static<typeof InviteSummary>
