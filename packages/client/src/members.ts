import type { Member, MemberList, PresentMember, Role } from '@tertulia/protocol'
import { member, memberList, user } from './answer-shapes.ts'
import { everyPage, type ListOptions, type ListPage, listPage } from './list-pages.ts'
import { isLost, looking } from './lost-answer.ts'
import { ProblemError } from './problem-error.ts'
import type { Call, CallOptions, Request } from './request.ts'
import { roomPath } from './rooms.ts'

const memberPath = (room: string, name: string) => `${roomPath(room)}/members/${encodeURIComponent(name)}`

export interface MemberListOptions extends ListOptions {
  /** true: only those who are connected now. */
  connected?: boolean | undefined
  /** Only those with this role. Banned users are in no other list. */
  role?: Role | undefined
}

export interface MemberPutOptions extends CallOptions {
  /** The code of an invite to the room, for oneself. */
  invite?: string | undefined
}

export class Members {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** A page of who belongs to the room, by name, each with whether they are connected now. */
  list(room: string, { limit, after, q, connected, role, ...call }: MemberListOptions = {}): Promise<ListPage<MemberList>> {
    return listPage(
      this.#request,
      `${roomPath(room)}/members`,
      { limit, after, q, connected, role },
      { ...call, fits: memberList }
    )
  }

  /** All of them, page by page. */
  pages(room: string, options: MemberListOptions = {}): AsyncGenerator<ListPage<MemberList>> {
    return everyPage((after) => this.list(room, { ...options, after }), options.after)
  }

  /**
   * Join as `me`, or add somebody as an owner; an existing member stays as they are. If the answer is lost and the user is a member,
   * this counts as done. An invite lets `me` into a private room, or in as more than a member.
   * @throws ConnectionError, ProblemError  `mayHaveArrived`: may or may not have been added, and is not in now
   * @throws ProblemError 404 `invite-not-found`; 410 `invite-spent`, `invite-expired`
   */
  async put(room: string, name: string, { invite, ...options }: MemberPutOptions = {}): Promise<Member> {
    try {
      // A second attempt must not bring back a member who was removed in the meantime, but they may come back by themselves.
      const call: Call<Member> = { ...options, repeatable: name === 'me', fits: member }
      if (invite !== undefined) call.body = { invite }
      return (await this.#request('PUT', memberPath(room, name), call)).body
    } catch (error) {
      if (!isLost(error, options)) throw error
      const found = await this.#find(room, name, looking(options)).catch(() => undefined)
      if (!found) throw error
      return { name: found.name, kind: found.kind, role: found.role }
    }
  }

  /**
   * Give somebody a role; `banned` keeps them out, and any other lifts that. Whoever was no member becomes one. If the answer is lost and
   * the user has the role, this counts as done.
   * @throws ConnectionError, ProblemError  `mayHaveArrived`: may or may not have been done, and they do not have the role now
   * @throws ProblemError 403 `not-allowed`; 409 `last-owner`
   */
  async setRole(room: string, name: string, role: Role, options: CallOptions = {}): Promise<Member> {
    try {
      // A second attempt must not undo what somebody has changed in the meantime.
      return (await this.#request('PUT', memberPath(room, name), { ...options, body: { role }, fits: member })).body
    } catch (error) {
      if (!isLost(error, options)) throw error
      const found = await this.#find(room, name, looking(options), role).catch(() => undefined)
      if (!found) throw error
      return { name: found.name, kind: found.kind, role: found.role }
    }
  }

  /**
   * Leave as `me`, or remove somebody as an owner. If the answer is lost and the user is no member, this counts as done.
   * @throws ConnectionError, ProblemError  `mayHaveArrived`: may or may not have been taken out, and is in now
   */
  async delete(room: string, name: string, options: CallOptions = {}): Promise<void> {
    try {
      await this.#request('DELETE', memberPath(room, name), options)
    } catch (error) {
      if (!isLost(error, options)) throw error
      const isIn = await this.#find(room, name, looking(options)).catch((why) => {
        // After leaving a private room it does not exist for this user.
        if (name === 'me' && why instanceof ProblemError && why.code === 'room-not-found') return undefined
        throw error
      })
      if (isIn) throw error
    }
  }

  /** A member, by any spelling of the name or as `me`, of this role if one is given; a banned user is not a member. */
  async #find(room: string, name: string, options: CallOptions, role?: Role): Promise<PresentMember | undefined> {
    const { name: called } = (await this.#request('GET', `/v1/users/${encodeURIComponent(name)}`, { ...options, fits: user }))
      .body
    // Of all names that begin so it is the first one.
    const { members } = await this.list(room, { ...options, q: called, role })
    return members.find((member) => member.name === called)
  }
}
