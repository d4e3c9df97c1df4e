import type { LogEvent, Message } from '@tertulia/protocol'

export function message(id: number, text: string | null, more: Partial<Message> = {}): Message {
  return {
    id,
    room: 'general',
    author: { name: 'ana', kind: 'person' },
    text,
    rev: id,
    createdAt: '2026-11-23T09:14:00.000Z',
    editedAt: null,
    deletedAt: null,
    ...more
  }
}

export function messageEvent(type: 'message.created' | 'message.edited' | 'message.deleted', of: Message): LogEvent {
  return { seq: of.rev, type, room: of.room, at: of.createdAt, actor: of.author.name, message: of }
}
