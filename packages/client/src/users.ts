import type { Me, NewPassword, NewUser, SignedIn, User } from '@tertulia/protocol'
import { me, signedIn, user } from './answer-shapes.ts'
import { isLost } from './lost-answer.ts'
import { ProblemError } from './problem-error.ts'
import type { CallOptions, Request } from './request.ts'

export class Users {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /**
   * Register a name, and with an invite to a room join that too. The token in the answer is shown only here: when the answer is lost, so is
   * the token, and the name with it, unless a password was given that signs in.
   * @throws ProblemError 409 `name-taken`; `mayHaveArrived`: perhaps by an earlier attempt of this very call; so too 410 `invite-spent`
   * @throws ProblemError 403 `invite-required`, `registration-closed`; 404 `invite-not-found`; 410 `invite-expired`
   */
  async register(user: NewUser, options?: CallOptions): Promise<SignedIn> {
    // A second one finds the name taken, and changes nothing.
    return (await this.#request('POST', '/v1/users', { ...options, body: user, repeatable: true, fits: signedIn })).body
  }

  async me(options?: CallOptions): Promise<Me> {
    return (await this.#request('GET', '/v1/users/me', { ...options, fits: me })).body
  }

  /**
   * Set the password of this client's user; all their other sessions end. When the answer is lost, it is set if it is good as `current`.
   * @throws ProblemError 403 `wrong-password`, when `current` is not the one until now
   * @throws ConnectionError, ProblemError  `mayHaveArrived`: it may or may not have been set
   */
  async setPassword(password: NewPassword, options: CallOptions = {}): Promise<void> {
    const path = '/v1/users/me/password'
    try {
      await this.#request('PUT', path, { ...options, body: password, repeatable: true })
    } catch (error) {
      const isPerhapsSet = error instanceof ProblemError && error.code === 'wrong-password' && error.mayHaveArrived
      if (!isPerhapsSet && !isLost(error, options)) throw error
      const again = { password: password.password, current: password.password }
      // As much time as it had before: to check a password is meant to take long, and a busy server makes others wait for it.
      await this.#request('PUT', path, { ...options, body: again, repeatable: true }).catch(() => {
        throw error
      })
    }
  }

  /**
   * Leave this server for ever, with all bots: memberships and tokens end, what was written stays, and nobody gets the name.
   * @throws ProblemError 409 `last-owner`, with the rooms that nobody else owns
   */
  async leaveForEver(options?: CallOptions): Promise<void> {
    try {
      await this.#request('DELETE', '/v1/users/me', { ...options, repeatable: true })
    } catch (error) {
      const hasLeft = error instanceof ProblemError && error.code === 'unauthorized' && error.mayHaveArrived
      if (!hasLeft) throw error
    }
  }

  async get(name: string, options?: CallOptions): Promise<User> {
    return (await this.#request('GET', `/v1/users/${encodeURIComponent(name)}`, { ...options, fits: user })).body
  }
}
