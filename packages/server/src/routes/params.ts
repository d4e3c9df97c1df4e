import { Type } from '@sinclair/typebox'

const room = Type.String({ description: 'Name of a room', examples: ['general'] })

export const UserParams = Type.Object({ name: Type.String({ description: 'Name of a user', examples: ['ana'] }) })
export const RoomParams = Type.Object({ room })
export const MemberParams = Type.Object({
  room,
  name: Type.String({ description: 'Name of a user; me: yourself', examples: ['me'] })
})
export const TokenParams = Type.Object({
  tokenId: Type.Integer({ minimum: 1, description: 'Number of a token', examples: [12] })
})
export const InviteParams = Type.Object({
  inviteId: Type.Integer({ minimum: 1, description: 'Number of an invite', examples: [7] })
})
export const MessageParams = Type.Object({
  room,
  id: Type.Integer({ minimum: 1, description: 'Number of a message', examples: [57] })
})
