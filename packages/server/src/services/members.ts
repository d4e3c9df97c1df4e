import type { Member, PresentMember } from '@tertulia/protocol'
import type { Store, StoredUser } from '../stores/store.ts'
import type { Announcer } from './announcer.ts'
import { refusalError } from './refusals.ts'
import type { RoomService } from './rooms.ts'

export interface MemberServiceOptions {
  store: Store
  announcer: Announcer
  rooms: RoomService
  /** Names of the users who follow a log now. */
  following: (log: number) => ReadonlySet<string>
  now: () => number
}

export class MemberService {
  readonly #store: Store
  readonly #announcer: Announcer
  readonly #rooms: RoomService
  readonly #following: MemberServiceOptions['following']
  readonly #now: () => number

  constructor({ store, announcer, rooms, following, now }: MemberServiceOptions) {
    this.#store = store
    this.#announcer = announcer
    this.#rooms = rooms
    this.#following = following
    this.#now = now
  }

  async list(reader: StoredUser, room: string): Promise<PresentMember[]> {
    const { log } = await this.#rooms.find(reader, room)
    const here = this.#following(log)
    return (await this.#store.members(log)).map((member) => ({ ...member, connected: here.has(member.name) }))
  }

  /**
   * Join (`name` is the actor's own) or add somebody. Whoever is a member already stays what they are.
   * @throws ChatError user-not-found, room-not-found, banned, room-archived, not-allowed
   */
  async put(actor: StoredUser, room: string, name: string): Promise<{ member: Member; isNew: boolean }> {
    const [done] = await this.#store.commit([{ kind: 'join', actor: actor.id, room, member: name, atMs: this.#now() }])
    if (done.refused) throw refusalError(done.refused, { room, ...other(actor, name) })
    this.#announcer.announce(done)
    return { member: done.member, isNew: done.events.length > 0 }
  }

  /**
   * Leave (`name` is the actor's own) or remove somebody.
   * @throws ChatError member-not-found, last-owner, room-not-found, not-allowed
   */
  async remove(actor: StoredUser, room: string, name: string): Promise<void> {
    const [done] = await this.#store.commit([{ kind: 'leave', actor: actor.id, room, member: name, atMs: this.#now() }])
    if (done.refused) throw refusalError(done.refused, { room, ...other(actor, name) })
    this.#announcer.announce(done)
  }
}

const other = (actor: StoredUser, name: string): { user?: string } => (name === actor.name ? {} : { user: name })
