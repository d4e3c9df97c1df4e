import type { Member, MemberList, PresentMember, User } from '@tertulia/protocol'
import { everyPage, type ListOptions, type ListPage, listPage } from './list-pages.ts'
import { isLost, looking } from './lost-answer.ts'
import { ProblemError } from './problem-error.ts'
import type { CallOptions, Request } from './request.ts'
import { roomPath } from './rooms.ts'

const memberPath = (room: string, name: string) => `${roomPath(room)}/members/${encodeURIComponent(name)}`

export interface MemberListOptions extends ListOptions {
  /** true: only those who are connected now. */
  connected?: boolean | undefined
}

export class Members {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** A page of who belongs to the room, by name, each with whether they are connected now. */
  list(room: string, { limit, after, q, connected, ...call }: MemberListOptions = {}): Promise<ListPage<MemberList>> {
    return listPage<MemberList>(this.#request, `${roomPath(room)}/members`, { limit, after, q, connected }, call)
  }

  /** All of them, page by page. */
  pages(room: string, options: MemberListOptions = {}): AsyncGenerator<ListPage<MemberList>> {
    return everyPage((after) => this.list(room, { ...options, after }), options.after)
  }

  /**
   * Join as `me`, or add somebody as an owner; nothing happens to who is in already. When the answer is lost, whoever is in is so by this.
   * @throws ConnectionError, ProblemError  `mayHaveArrived`: may or may not have been added, and is not in now
   */
  async put(room: string, name: string, options: CallOptions = {}): Promise<Member> {
    try {
      // Whoever was taken out meanwhile must not be brought back by a second attempt, but may come back by themselves.
      return (await this.#request<Member>('PUT', memberPath(room, name), { ...options, repeatable: name === 'me' })).body
    } catch (error) {
      if (!isLost(error, options)) throw error
      const found = await this.#find(room, name, looking(options)).catch(() => undefined)
      if (!found) throw error
      return { name: found.name, kind: found.kind, role: found.role }
    }
  }

  /**
   * Leave as `me`, or remove somebody as an owner. When the answer is lost, whoever is not in has been taken out by this.
   * @throws ConnectionError, ProblemError  `mayHaveArrived`: may or may not have been taken out, and is in now
   */
  async delete(room: string, name: string, options: CallOptions = {}): Promise<void> {
    try {
      await this.#request('DELETE', memberPath(room, name), options)
    } catch (error) {
      if (!isLost(error, options)) throw error
      const isIn = await this.#find(room, name, looking(options)).catch((why) => {
        // A private room is not there for who has left it.
        if (name === 'me' && why instanceof ProblemError && why.code === 'room-not-found') return undefined
        throw error
      })
      if (isIn) throw error
    }
  }

  /** A member, by any spelling of the name or as `me`; whoever is banned is none. */
  async #find(room: string, name: string, options: CallOptions): Promise<PresentMember | undefined> {
    const { name: called } = (await this.#request<User>('GET', `/v1/users/${encodeURIComponent(name)}`, options)).body
    // Of all names that begin so it is the first one.
    const { members } = await this.list(room, { ...options, q: called })
    return members.find((member) => member.name === called && member.role !== 'banned')
  }
}
