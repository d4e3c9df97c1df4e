import { ListedRoom, type LogEvent, Message, PresentMember, Room } from '@tertulia/protocol'

/** What a server of ours answers with, whole, because nothing less is taken for its answer: the examples of the contract, changed. */
export const message = (more: Partial<Message> = {}): Message => ({ ...(Message.examples?.[0] as Message), ...more })
export const room = (more: Partial<Room> = {}): Room => ({ ...(Room.examples?.[0] as Room), ...more })
export const listedRoom = (more: Partial<ListedRoom> = {}): ListedRoom => ({
  ...(ListedRoom.examples?.[0] as ListedRoom),
  ...more
})
export const presentMember = (): PresentMember => PresentMember.examples?.[0] as PresentMember

/** A message that was sent: the event of this number. */
export function sent(seq: number, more: Partial<Message> = {}): LogEvent {
  const created = message({ id: seq, rev: seq, ...more })
  return { seq, type: 'message.created', room: created.room, at: created.createdAt, actor: created.author.name, message: created }
}
