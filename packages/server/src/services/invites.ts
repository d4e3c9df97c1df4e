import { type Invite, type InviteSummary, type IssuedInvite, inviteDaysDefault, type NewInvite } from '@tertulia/protocol'
import type { InviteRange, NumberedPage, StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import { endTime } from './end-time.ts'
import { invalidMember } from './invalid-member.ts'
import { inviteNotFound, refusalError } from './refusals.ts'
import { asShown, digestOf, newCode } from './secrets.ts'
import type { BearerToken } from './token-cache.ts'

const dayMs = 24 * 60 * 60 * 1000

/** Ways in, made by those who are there already. */
export class InviteService {
  readonly #store: Store
  readonly #now: () => number

  constructor({ store, now }: { store: Store; now: () => number }) {
    this.#store = store
    this.#now = now
  }

  /**
   * A page of the invites that somebody made, with those to the server for an admin; or of those to a room.
   * @throws ChatError room-not-found, not-allowed
   */
  async list(reader: StoredUser, range: InviteRange): Promise<NumberedPage<Invite>> {
    const found = await this.#store.invites(reader.id, range)
    if (found.refused) throw refusalError(found.refused, { room: range.room ?? '' })
    return found
  }

  /**
   * Make one, to a room or to the server. Its code is in the answer and nowhere else.
   * @throws ChatError room-not-found, banned, room-archived, not-allowed, too-many-invites, invalid-body
   */
  async make({ user, digest }: BearerToken, { room, role, uses = 1, expiresAt }: NewInvite): Promise<IssuedInvite> {
    if (room === undefined && role !== undefined) throw invalidMember('role', 'is for an invite to a room: name the room too')
    const nowMs = this.#now()
    const expiresAtMs = expiresAt === undefined ? nowMs + inviteDaysDefault * dayMs : endTime(expiresAt, nowMs)
    if (expiresAtMs > aYearAfter(nowMs)) throw invalidMember('expiresAt', 'must be within a year')
    const code = newCode()
    const [done] = await this.#store.commit([
      {
        kind: 'make-invite',
        actor: user.id,
        by: digest,
        room,
        role: room === undefined ? null : (role ?? 'member'),
        admin: false,
        uses,
        expiresAtMs,
        codeDigest: digestOf(code),
        atMs: nowMs
      }
    ])
    if (done.refused) throw refusalError(done.refused, { room: room ?? '' })
    return { ...done.invite, code }
  }

  /** Where a code leads. @throws ChatError invite-not-found, invite-spent, invite-expired */
  async lookUp(code: string): Promise<InviteSummary> {
    const found = await this.#store.invite(digestOf(asShown(code)), this.#now())
    if (found.refused) throw refusalError(found.refused, {})
    return found
  }

  /**
   * Revoke one: its code lets nobody in any more. Whoever is in stays.
   * @throws ChatError invite-not-found, also where it is not theirs to revoke
   */
  async revoke({ user, digest }: BearerToken, id: number): Promise<void> {
    const [done] = await this.#store.commit([{ kind: 'end-invite', actor: user.id, by: digest, id }])
    if (done.refused?.code === 'invite-not-found') throw inviteNotFound(id)
    if (done.refused) throw refusalError(done.refused, {})
  }
}

/** The same day and time of the next year. */
export function aYearAfter(ms: number): number {
  const date = new Date(ms)
  return date.setUTCFullYear(date.getUTCFullYear() + 1)
}
