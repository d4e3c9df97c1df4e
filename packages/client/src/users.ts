import type { NewUser, SignedIn, User } from '@tertulia/protocol'
import type { CallOptions, Request } from './request.ts'

export class Users {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /**
   * Register a name. The token in the answer is shown only here: when the answer is lost, so is the token, and the name with it.
   * @throws ProblemError 409 `name-taken`; `mayHaveArrived`: perhaps by an earlier attempt of this very call
   */
  async register(user: NewUser, options?: CallOptions): Promise<SignedIn> {
    // A second one finds the name taken, and changes nothing.
    return (await this.#request<SignedIn>('POST', '/v1/users', { ...options, body: user, repeatable: true })).body
  }

  async me(options?: CallOptions): Promise<User> {
    return (await this.#request<User>('GET', '/v1/users/me', options)).body
  }

  async get(name: string, options?: CallOptions): Promise<User> {
    return (await this.#request<User>('GET', `/v1/users/${encodeURIComponent(name)}`, options)).body
  }
}
