import type { InviteList, InviteSummary, IssuedInvite, NewInvite } from '@tertulia/protocol'
import { inviteList, inviteSummary, issuedInvite } from './answer-shapes.ts'
import { everyPage, type ListOptions, type ListPage, listPage } from './list-pages.ts'
import { ProblemError } from './problem-error.ts'
import type { CallOptions, Request } from './request.ts'

export interface InviteListOptions extends Omit<ListOptions, 'q'> {
  /** Those to this room, whoever made them; else one's own, and for an admin those to the server. */
  room?: string | undefined
}

/** Ways in, for others. */
export class Invites {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** A page of them, the newest first, without their codes. */
  list({ limit, after, room, ...call }: InviteListOptions = {}): Promise<ListPage<InviteList>> {
    return listPage(this.#request, '/v1/invites', { limit, after, room }, { ...call, fits: inviteList })
  }

  /** All of them, page by page. */
  pages(options: InviteListOptions = {}): AsyncGenerator<ListPage<InviteList>> {
    return everyPage((after) => this.list({ ...options, after }), options.after)
  }

  /**
   * Make one, to a room as its owner or moderator, or to the server as an admin. Its code is shown only here.
   * @throws ProblemError 403 `not-allowed`, `too-many-invites`; 404 `room-not-found`
   */
  async create(invite: NewInvite = {}, options?: CallOptions): Promise<IssuedInvite> {
    // One that was made and never seen harms nobody.
    return (await this.#request('POST', '/v1/invites', { ...options, body: invite, repeatable: true, fits: issuedInvite })).body
  }

  /**
   * Where a code leads; this spends nothing, and needs no token.
   * @throws ProblemError 404 `invite-not-found`; 410 `invite-spent`, `invite-expired`
   */
  async lookup(code: string, options?: CallOptions): Promise<InviteSummary> {
    const call = { ...options, body: { code }, repeatable: true, fits: inviteSummary }
    return (await this.#request('POST', '/v1/invites/lookup', call)).body
  }

  /** Revoke one: from now on its code lets nobody in. @throws ProblemError 404 `invite-not-found` */
  async delete(id: number, options?: CallOptions): Promise<void> {
    try {
      // Its number is never that of another one.
      await this.#request('DELETE', `/v1/invites/${id}`, { ...options, repeatable: true })
    } catch (error) {
      const wasRevoked = error instanceof ProblemError && error.code === 'invite-not-found' && error.mayHaveArrived
      if (!wasRevoked) throw error
    }
  }
}
