import type { Member, MemberList, PresentMember } from '@tertulia/protocol'
import type { CallOptions, Request } from './request.ts'
import { roomPath } from './rooms.ts'

const memberPath = (room: string, name: string) => `${roomPath(room)}/members/${encodeURIComponent(name)}`

export class Members {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** Who belongs to the room, by name, and who is connected now. */
  async list(room: string, options?: CallOptions): Promise<PresentMember[]> {
    return (await this.#request<MemberList>('GET', `${roomPath(room)}/members`, options)).body.members
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
