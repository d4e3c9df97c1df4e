import { type Static, Type } from '@sinclair/typebox'
import { newName } from './names.ts'
import { ref } from './ref.ts'
import { User } from './users.ts'

export const NewBot = Type.Object({ name: newName }, { $id: 'NewBot', examples: [{ name: 'ci' }], additionalProperties: false })
export type NewBot = Static<typeof NewBot>

export const BotList = Type.Object(
  { bots: Type.Array(ref(User)) },
  { $id: 'BotList', examples: [{ bots: [{ ...User.examples[0], name: 'ci', kind: 'bot' }] }] }
)
export type BotList = Static<typeof BotList>
