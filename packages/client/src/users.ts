import type { NewUser, SignedIn, User } from '@tertulia/protocol'
import type { CallOptions, Request } from './request.ts'

export class Users {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /** Register a name. The token in the answer is shown only here. */
  async register(user: NewUser, options?: CallOptions): Promise<SignedIn> {
    return (await this.#request<SignedIn>('POST', '/v1/users', { ...options, body: user })).body
  }

  async me(options?: CallOptions): Promise<User> {
    return (await this.#request<User>('GET', '/v1/users/me', options)).body
  }

  async get(name: string, options?: CallOptions): Promise<User> {
    return (await this.#request<User>('GET', `/v1/users/${encodeURIComponent(name)}`, options)).body
  }
}
