import { createHmac } from 'node:crypto'
import { formatCursor, type Message, type NewMessage, nameKey, pageBytesMax, textFault } from '@tertulia/protocol'
import type { IfMatch, Refusal } from '../stores/commands.ts'
import type { Extent, HistoryPage, HistoryRange as StoredRange, StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import type { Announcer } from './announcer.ts'
import { invalidMember } from './invalid-member.ts'
import { messageDeleted, messageExpired, messageNotFound, refusalError, type Subject } from './refusals.ts'
import type { RoomService } from './rooms.ts'

export type { Extent, HistoryPage, IfMatch }

/** Which page of a history; how large it may be in bytes is not for its reader to say. */
export type HistoryRange = Omit<StoredRange, 'bytes'>

export interface MessageServiceOptions {
  store: Store
  announcer: Announcer
  rooms: RoomService
  now: () => number
}

export class MessageService {
  readonly #store: Store
  readonly #announcer: Announcer
  readonly #rooms: RoomService
  readonly #now: () => number

  constructor({ store, announcer, rooms, now }: MessageServiceOptions) {
    this.#store = store
    this.#announcer = announcer
    this.#rooms = rooms
    this.#now = now
  }

  /** The version of a message, as its entity tag, unquoted. */
  tagOf({ rev }: Message): string {
    return formatCursor(this.#store.epoch, rev)
  }

  /** The log of a room, and what is kept of it. @throws ChatError room-not-found */
  async logOf(reader: StoredUser, room: string): Promise<Extent & { log: number }> {
    const { log, firstSeq, head } = await this.#rooms.find(reader, room)
    return { log, firstSeq, head }
  }

  /**
   * A page of the history of a log, the cursor after which the events that follow it begin, and its version as an entity tag, unquoted.
   * What is no longer kept leaves pages without an event.
   */
  async page(log: number, range: HistoryRange): Promise<HistoryPage & { cursor: string; tag: string }> {
    const page = await this.#store.history(log, { ...range, bytes: pageBytesMax })
    const cursor = formatCursor(this.#store.epoch, page.head)
    return { ...page, cursor, tag: page.firstSeq > 1 ? `${cursor}-${page.firstSeq}` : cursor }
  }

  /** @throws ChatError message-not-found, message-deleted, message-expired, room-not-found */
  async get(reader: StoredUser, room: string, id: number): Promise<Message> {
    const message = await this.#store.message((await this.#rooms.find(reader, room)).log, id)
    if (!message) {
      // Asked after the message was looked for: it may have gone in between.
      const { firstSeq, room: found } = await this.#rooms.find(reader, room)
      throw id >= 1 && id < firstSeq ? messageExpired(room, id, found.retainDays) : messageNotFound(room, id)
    }
    if (message.deletedAt !== null) throw messageDeleted(room, id, message.deletedAt)
    return message
  }

  /**
   * Append a message to a room and tell its readers; the first one joins the room.
   * @param room  name of the room; rights are decided inside the commit
   * @param key   of a request that may be repeated: the repetition answers with what the first one made, as it is now
   * @throws ChatError room-not-found (also for a private room the author is not in), banned, room-archived, key-reused, invalid-body
   */
  async post(
    author: StoredUser,
    room: string,
    { text }: NewMessage,
    key?: string
  ): Promise<{ message: Message; replayed: boolean }> {
    checkText(text)
    const once = key === undefined ? undefined : { key, fingerprint: this.#fingerprint(room, text) }
    const [done] = await this.#store.commit([{ kind: 'send', actor: author.id, room, text, once, atMs: this.#now() }])
    if (done.refused) throw refusalError(done.refused, { room })
    this.#announcer.announce(done)
    return done
  }

  /**
   * Give a message another text; the same text changes nothing and tells nobody.
   * @throws ChatError message-not-found, not-author, message-deleted, message-expired, stale, room-not-found, banned, room-archived, invalid-body
   */
  async edit(actor: StoredUser, room: string, id: number, { text }: NewMessage, ifMatch?: IfMatch): Promise<Message> {
    checkText(text)
    const command = { kind: 'edit', actor: actor.id, room, id, text, ifMatch, atMs: this.#now() } as const
    const [done] = await this.#store.commit([command])
    if (done.refused) throw this.#refused(done.refused, { room, message: { id, verb: 'edit' }, ifMatch })
    this.#announcer.announce(done)
    return done.message
  }

  /** @throws ChatError message-not-found, not-author, message-deleted, message-expired, stale, room-not-found, banned, room-archived */
  async delete(actor: StoredUser, room: string, id: number, ifMatch?: IfMatch): Promise<void> {
    const [done] = await this.#store.commit([{ kind: 'delete', actor: actor.id, room, id, ifMatch, atMs: this.#now() }])
    if (done.refused) throw this.#refused(done.refused, { room, message: { id, verb: 'delete' }, ifMatch })
    this.#announcer.announce(done)
  }

  #refused(refused: Refusal, subject: Subject): Error {
    return refusalError(refused, { ...subject, epoch: this.#store.epoch })
  }

  /** What a repeated request must ask for again; keyed, so that the table of used keys tells nothing about texts. */
  #fingerprint(room: string, text: string): Uint8Array {
    const path = `/v1/rooms/${encodeURIComponent(nameKey(room))}/messages` // the same room in every spelling
    return createHmac('sha256', this.#store.secret).update(`POST ${path}\n${text}`).digest()
  }
}

function checkText(text: string): void {
  const fault = textFault(text)
  if (fault) throw invalidMember('text', fault, `The text ${fault}.`)
}
