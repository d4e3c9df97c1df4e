import type { Member, MemberList } from '@tertulia/protocol'
import { everyPage, type ListOptions, type ListPage, listPage } from './list-pages.ts'
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

  /** Join with one's own name or `me`, or add somebody as an owner; nothing happens to who is in already. */
  async put(room: string, name: string, options?: CallOptions): Promise<Member> {
    return (await this.#request<Member>('PUT', memberPath(room, name), options)).body
  }

  /** Leave with one's own name or `me`, or remove somebody as an owner. */
  async delete(room: string, name: string, options?: CallOptions): Promise<void> {
    await this.#request('DELETE', memberPath(room, name), options)
  }
}
