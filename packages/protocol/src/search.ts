import { type Static, Type } from '@sinclair/typebox'
import { Message } from './messages.ts'
import { ref } from './ref.ts'

export const SearchPage = Type.Object(
  {
    messages: Type.Array(ref(Message), { description: 'The newest text first; an edit makes a text new' }),
    complete: Type.Boolean({
      description: 'false: the server is rebuilding its index, newest text first, so older messages may be missing'
    })
  },
  { $id: 'SearchPage', examples: [{ messages: Message.examples, complete: true }] }
)
export type SearchPage = Static<typeof SearchPage>
