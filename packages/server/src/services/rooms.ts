import { formatCursor, type ListedRoom, type NewRoom, type Room, type RoomChanges } from '@tertulia/protocol'
import { Breather } from '../feeds/breather.ts'
import type { IfMatch } from '../stores/commands.ts'
import type { ListPage, RoomRange, StoredRoom, StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import type { Announcer } from './announcer.ts'
import { OtherSpelling } from './chat-error.ts'
import { invalidMember } from './invalid-member.ts'
import { faultOfName } from './name-check.ts'
import { bannedFrom, refusalError, roomNotFound } from './refusals.ts'
import { outsideToken } from './token-scope.ts'
import { countUnread } from './unread.ts'
import type { Credentials } from './users.ts'

export class RoomService {
  readonly #store: Store
  readonly #announcer: Announcer
  readonly #now: () => number

  constructor({ store, announcer, now }: { store: Store; announcer: Announcer; now: () => number }) {
    this.#store = store
    this.#announcer = announcer
    this.#now = now
  }

  /** A page of the rooms that a reader may know of, and their token is for, with how much they have not read. */
  async list({ user: reader, token }: Credentials, range: RoomRange): Promise<ListPage<ListedRoom>> {
    const among = token?.rooms?.map(({ log }) => log)
    const { items, next } = await this.#store.rooms(reader.id, { ...range, among })
    const breather = new Breather()
    const rooms: ListedRoom[] = []
    for (const { log, ...room } of items) {
      const { readUpTo: after, head: upTo } = room
      const place = { log, reader: reader.id, upTo }
      rooms.push({ ...room, unread: after === null ? null : await countUnread(this.#store, { ...place, after }, breather) })
    }
    return { items: rooms, next }
  }

  /**
   * A room that the reader may read.
   * @throws ChatError room-not-found, also for a private room the reader is not in, so that outsiders learn nothing; banned
   * @throws OtherSpelling when the room spells its name otherwise
   */
  async find(reader: StoredUser, name: string): Promise<StoredRoom> {
    const found = await this.#known(reader, name)
    if (found.room.name !== name) throw new OtherSpelling(found.room.name)
    if (found.actsAs === 'banned') throw bannedFrom(name)
    return found
  }

  /** @throws ChatError room-not-found, unless the reader may know that it is there, in this or another spelling */
  async checkKnown(reader: StoredUser, name: string): Promise<void> {
    await this.#known(reader, name)
  }

  async #known(reader: StoredUser, name: string): Promise<StoredRoom> {
    const found = await this.#store.room(name, reader.id)
    if (!found) throw roomNotFound(name)
    return found
  }

  /**
   * Whether a token may have to do with a room at all.
   * @throws ChatError token-scope; room-not-found, where its user may not see the room either
   */
  async checkToken({ user, token }: Credentials, name: string): Promise<void> {
    const bound = token?.rooms ?? null
    if (bound === null) return
    const found = await this.#known(user, name)
    if (!bound.some(({ log }) => log === found.log)) throw outsideToken(bound, found.room.name)
  }

  /**
   * Create a room. Its creator owns it.
   * @throws ChatError name-taken, also for another spelling of a name that is taken; too-many-rooms, invalid-body
   */
  async create(owner: StoredUser, { name, title = '', visibility = 'public' }: NewRoom): Promise<Room> {
    const fault = await faultOfName(name)
    if (fault) throw invalidMember('name', fault, `A name ${fault}.`)
    checkTitle(title)
    const command = { kind: 'create-room', actor: owner.id, name, title, visibility, atMs: this.#now() } as const
    const [done] = await this.#store.commit([command])
    if (done.refused) throw refusalError(done.refused, { room: name })
    this.#announcer.announce(done)
    return done.room
  }

  /**
   * Change what an owner may change. Making a room private ends the streams of those who are not in it.
   * @throws ChatError not-allowed, stale, room-not-found, banned, invalid-body
   */
  async change(owner: StoredUser, name: string, changes: RoomChanges, ifMatch?: IfMatch): Promise<Room> {
    if (changes.title !== undefined) checkTitle(changes.title)
    const command = { kind: 'change-room', actor: owner.id, room: name, changes, ifMatch, atMs: this.#now() } as const
    const [done] = await this.#store.commit([command])
    if (done.refused) throw refusalError(done.refused, { room: name, epoch: this.#store.epoch, ifMatch })
    this.#announcer.announce(done)
    return done.room
  }

  /** The version of a room, as its entity tag, unquoted. */
  tagOf({ rev }: Room): string {
    return formatCursor(this.#store.epoch, rev)
  }
}

function checkTitle(title: string): void {
  if (title.isWellFormed() && !/\p{Cc}/u.test(title)) return
  const detail = 'must be well-formed and without control characters'
  throw invalidMember('title', detail, `A title ${detail}.`)
}
