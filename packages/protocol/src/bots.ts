import { type Static, Type } from '@sinclair/typebox'
import { newName } from './names.ts'
import { ref } from './ref.ts'
import { User } from './users.ts'

export const NewBot = Type.Object({ name: newName }, { $id: 'NewBot', examples: [{ name: 'ci' }], additionalProperties: false })
export type NewBot = Static<typeof NewBot>

/** A bot and a token that speaks for it; the token is shown this once. */
export const IssuedBot = Type.Object(
  { user: ref(User), token: Type.String({ description: 'Send it as Authorization: Bearer TOKEN; it is shown only here' }) },
  { $id: 'IssuedBot', examples: [{ user: { ...User.examples[0], name: 'ci', kind: 'bot' }, token: 'tt_…' }] }
)
export type IssuedBot = Static<typeof IssuedBot>

export const BotList = Type.Object(
  { bots: Type.Array(ref(User)) },
  { $id: 'BotList', examples: [{ bots: [{ ...User.examples[0], name: 'ci', kind: 'bot' }] }] }
)
export type BotList = Static<typeof BotList>
