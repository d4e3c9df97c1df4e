import type { Member, NewMembership, PresentMember, Role } from '@tertulia/protocol'
import { Breather } from '../feeds/breather.ts'
import type { Follower } from '../feeds/followers.ts'
import type { Whereabouts } from '../feeds/whereabouts/whereabouts.ts'
import { keyRange } from '../stores/key-range.ts'
import type { KeyedMember, ListPage, MemberRange, StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import type { Announcer } from './announcer.ts'
import { invalidMember } from './invalid-member.ts'
import { notAllowed, refusalError } from './refusals.ts'
import type { RoomService } from './rooms.ts'
import { asShown, digestOf } from './secrets.ts'

export interface MemberServiceOptions {
  store: Store
  announcer: Announcer
  rooms: RoomService
  whereabouts: Pick<Whereabouts, 'among' | 'within'>
  now: () => number
}

export interface MemberListing extends MemberRange {
  /** Only those who follow the room now. */
  connected?: boolean | undefined
}

/** How many followers are looked up at once. */
const lotMax = 200

export class MemberService {
  readonly #store: Store
  readonly #announcer: Announcer
  readonly #rooms: RoomService
  readonly #whereabouts: MemberServiceOptions['whereabouts']
  readonly #now: () => number

  constructor({ store, announcer, rooms, whereabouts, now }: MemberServiceOptions) {
    this.#store = store
    this.#announcer = announcer
    this.#rooms = rooms
    this.#whereabouts = whereabouts
    this.#now = now
  }

  /**
   * A page of the members of a room, each with whether they follow it now.
   * @throws ChatError room-not-found, banned; not-allowed, when it is asked who is banned and the reader is no moderator
   */
  async list(reader: StoredUser, room: string, { connected, ...range }: MemberListing): Promise<ListPage<PresentMember>> {
    const { log, actsAs } = await this.#rooms.find(reader, room)
    if (range.role === 'banned' && actsAs !== 'owner' && actsAs !== 'moderator') throw notAllowed(room, 'moderator')
    if (connected) {
      const { items, next } = await this.#connected(log, range)
      return { items: items.map((member) => ({ ...member, connected })), next }
    }
    const { items, next } = await this.#store.members(log, range)
    const here = await this.#whereabouts.among(
      log,
      items.map(({ name }) => name)
    )
    return { items: items.map((member) => ({ ...member, connected: here.has(member.name) })), next }
  }

  /**
   * Looks up the followers among the members, instead of all members among the followers. Of a public room any number
   * may follow who are no members: other requests have a turn between two lots of them.
   */
  async #connected(log: number, { limit, role, ...range }: MemberRange): Promise<ListPage<Member>> {
    const found: KeyedMember[] = []
    let lot = await this.#whereabouts.within(log, keyRange(range), lotMax)
    const breather = new Breather()
    while (lot.length > 0) {
      const users = lot.map(({ user }) => user)
      const among = await this.#store.membersAmong(log, users)
      found.push(...among.filter(({ member }) => role === undefined || member.role === role))
      if (found.length > limit) break
      if (breather.isDue) await breather.rest()
      const { key } = lot.at(-1) as Follower
      lot = await this.#whereabouts.within(log, keyRange({ ...range, after: key }), lotMax)
    }
    const shown = found.slice(0, limit)
    return { items: shown.map(({ member }) => member), next: found.length > limit ? shown.at(-1)?.key : undefined }
  }

  /**
   * Join (`name` is the actor's own) or add somebody. A user who is already a member keeps their role.
   * @throws ChatError user-not-found, room-not-found, banned, room-archived, not-allowed
   */
  async put(actor: StoredUser, room: string, name: string): Promise<{ member: Member; isNew: boolean }> {
    const [done] = await this.#store.commit([{ kind: 'join', actor: actor.id, room, member: name, atMs: this.#now() }])
    if (done.refused) throw refusalError(done.refused, { room, user: otherThan(actor, name) })
    this.#announcer.announce(done)
    return { member: done.member, isNew: done.events.length > 0 }
  }

  /**
   * Join with the code of an invite, a private room too. Who is a member already stays what they are, and the invite lets in as many others.
   * @param name  the actor's own
   * @throws ChatError invite-not-found, also for a room that the code does not lead to; invite-spent, invite-expired, banned, room-archived,
   * too-many-rooms; invalid-body, for another's name
   */
  async enter(actor: StoredUser, room: string, name: string, wanted: NewMembership): Promise<{ member: Member; isNew: boolean }> {
    if (name !== actor.name) throw invalidMember('invite', 'lets in only whoever sends it: use the name me')
    if (wanted.role !== undefined) throw invalidMember('role', 'is what the invite says: leave it out')
    const codeDigest = digestOf(asShown(wanted.invite ?? ''))
    const [done] = await this.#store.commit([{ kind: 'join-by-invite', actor: actor.id, room, codeDigest, atMs: this.#now() }])
    if (done.refused) throw refusalError(done.refused, { room })
    this.#announcer.announce(done)
    return { member: done.member, isNew: done.events.length > 0 }
  }

  /**
   * Give somebody a role: owners any, moderators `member` and `banned` to those who are no more than that. Who is no member becomes one.
   * Nobody bans themselves, or an admin in a public room.
   * @throws ChatError user-not-found, room-not-found, banned, room-archived, not-allowed, last-owner, too-many-rooms
   */
  async setRole(actor: StoredUser, room: string, name: string, role: Role): Promise<{ member: Member; isNew: boolean }> {
    const command = { kind: 'set-role', actor: actor.id, room, member: name, role, atMs: this.#now() } as const
    const [done] = await this.#store.commit([command])
    if (done.refused) throw refusalError(done.refused, { room, user: otherThan(actor, name) })
    this.#announcer.announce(done)
    return done
  }

  /**
   * Leave (`name` is the actor's own), remove somebody, or lift their ban.
   * @throws ChatError member-not-found, last-owner, room-not-found, not-allowed
   */
  async remove(actor: StoredUser, room: string, name: string): Promise<void> {
    const [done] = await this.#store.commit([{ kind: 'leave', actor: actor.id, room, member: name, atMs: this.#now() }])
    if (done.refused) throw refusalError(done.refused, { room, user: otherThan(actor, name) })
    this.#announcer.announce(done)
  }
}

/** The name of the other user, if it is another. */
const otherThan = (actor: StoredUser, name: string): string | undefined => (name === actor.name ? undefined : name)
