import type { UserKind } from '@tertulia/protocol'
import type { Results } from './commands.ts'

/** What is new in the answer to a message that was sent; its text is known to whoever sent it. */
export type SentRow = [log: number, id: number, room: string, author: string, kind: UserKind, createdAt: string]

/** The message, as it is answered and as it is told. */
export function sentAnswer([log, id, room, name, kind, createdAt]: SentRow, text: string): Results['send'] {
  const message = { id, room, author: { name, kind }, text, createdAt, editedAt: null, deletedAt: null, rev: id }
  const event = { seq: id, type: 'message.created' as const, room, at: createdAt, actor: name, message }
  return { log, events: [event], message, replayed: false }
}
