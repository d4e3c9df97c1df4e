import { type Static, Type } from '@sinclair/typebox'
import { ref } from './ref.ts'
import { messageText } from './text.ts'
import { Author } from './users.ts'

const time = (what: string) => Type.String({ format: 'date-time', description: `${what}, RFC 3339, UTC, milliseconds` })
const timeOrNull = (what: string) => Type.Union([time(what), Type.Null()])

export const Message = Type.Object(
  {
    id: Type.Integer({ minimum: 1, description: 'Number, in its room, of the event that created it' }),
    room: Type.String({ description: 'Name of the room that holds it' }),
    author: ref(Author),
    text: Type.Union([messageText, Type.Null()], { description: 'Its text; null once deleted' }),
    createdAt: time('Time of creation'),
    editedAt: timeOrNull('Time of the last edit; null: never edited'),
    deletedAt: timeOrNull('Time of deletion; null: not deleted'),
    rev: Type.Integer({
      minimum: 1,
      description: 'Number of the last event that changed its text; keep the highest you have seen'
    })
  },
  {
    $id: 'Message',
    examples: [
      {
        id: 57,
        room: 'general',
        author: { name: 'ana', kind: 'person' },
        text: 'hi',
        createdAt: '2026-11-23T10:00:00.000Z',
        editedAt: null,
        deletedAt: null,
        rev: 57
      }
    ]
  }
)
export type Message = Static<typeof Message>

/** What one sends, and what an edit puts in its place. */
export const NewMessage = Type.Object(
  { text: messageText },
  { $id: 'NewMessage', examples: [{ text: 'hi' }], additionalProperties: false }
)
export type NewMessage = Static<typeof NewMessage>

export const MessagePage = Type.Object(
  {
    messages: Type.Array(ref(Message), { description: 'In the order of their ids, deleted ones included' }),
    cursor: Type.String({ description: 'Follow the events after it, and you miss nothing' }),
    firstSeq: Type.Integer({
      minimum: 1,
      description: 'Number of the oldest event that the room still keeps. Above 1, older ones have been erased'
    })
  },
  { $id: 'MessagePage', examples: [{ messages: Message.examples, cursor: 'abcd1234.57', firstSeq: 1 }] }
)
export type MessagePage = Static<typeof MessagePage>
