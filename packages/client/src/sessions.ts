import type { SignedIn, SignInLink } from '@tertulia/protocol'
import { signedIn, signInLink } from './answer-shapes.ts'
import { ProblemError } from './problem-error.ts'
import type { CallOptions, Request } from './request.ts'

/** What signs somebody in: a name and its password, or the code of a link. */
export type SignInProof = { name: string; password: string } | { code: string }

export class Sessions {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  /**
   * Sign in on this device. When the answer is lost so is the token: with a password a second attempt gets another one, with a code it
   * finds the code used.
   * @throws ProblemError 401 `sign-in-failed`; 410 `link-spent`, which with `mayHaveArrived` was perhaps by an earlier attempt of this
   * very call; 410 `link-expired`
   */
  async create(proof: SignInProof, options?: CallOptions): Promise<SignedIn> {
    return (await this.#request('POST', '/v1/sessions', { ...options, body: proof, repeatable: true, fits: signedIn })).body
  }

  /** Sign out: the token of this client counts no more. */
  async end(options?: CallOptions): Promise<void> {
    try {
      await this.#request('DELETE', '/v1/sessions/current', { ...options, repeatable: true })
    } catch (error) {
      const wasEnded = error instanceof ProblemError && error.code === 'unauthorized' && error.mayHaveArrived
      if (!wasEnded) throw error
    }
  }

  /** A code that signs one more device in as this client's user, once and within ten minutes. */
  async link(options?: CallOptions): Promise<SignInLink> {
    // One that was made and never seen harms nobody.
    return (await this.#request('POST', '/v1/links', { ...options, body: {}, repeatable: true, fits: signInLink })).body
  }
}
