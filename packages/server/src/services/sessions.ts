import { linkMs, type NewSession, type ProblemItem, type SignedIn, type SignInLink } from '@tertulia/protocol'
import type { StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import type { Announcer } from './announcer.ts'
import { ChatError } from './chat-error.ts'
import type { Passwords } from './passwords.ts'
import { refusalError } from './refusals.ts'
import { asShown, digestOf, newCode, newToken } from './secrets.ts'
import type { BearerToken, TokenCache } from './token-cache.ts'
import { shownToThemselves } from './users.ts'

export interface SessionServiceOptions {
  store: Store
  tokens: TokenCache
  passwords: Passwords
  announcer: Announcer
  now: () => number
}

/** How people sign in on their devices and out again. */
export class SessionService {
  readonly #store: Store
  readonly #tokens: TokenCache
  readonly #passwords: Passwords
  readonly #announcer: Announcer
  readonly #now: () => number

  constructor({ store, tokens, passwords, announcer, now }: SessionServiceOptions) {
    this.#store = store
    this.#tokens = tokens
    this.#passwords = passwords
    this.#announcer = announcer
    this.#now = now
  }

  /**
   * Sign in, with a password or with the code of a link; the token is in the answer and nowhere else.
   * @param address  from where: hashes are made by turns of the addresses
   * @throws ChatError sign-in-failed, whatever it is that is not right; link-spent, link-expired, busy, invalid-body
   */
  async begin(wanted: NewSession, address: string): Promise<SignedIn> {
    const { name, password, code } = wanted
    if (code !== undefined && name === undefined && password === undefined) return this.#byLink(code)
    if (code === undefined && name !== undefined && password !== undefined) return this.#byPassword(name, password, address)
    throw unclear(wanted)
  }

  /** The same work, in the store and in the hashing, whether or not somebody is called so and has a password. */
  async #byPassword(name: string, password: string, address: string): Promise<SignedIn> {
    const account = await this.#store.account(name)
    const isRight = await this.#passwords.isRight(password, account?.password, address)
    if (!isRight || !account?.password) throw refusalError({ code: 'sign-in-failed' }, {})
    const { user, password: stored } = account
    const renewed = this.#passwords.isOutdated(stored) ? await this.#passwords.toStored(password, address) : undefined
    const token = newToken()
    const command = { kind: 'sign-in', user: user.id, hash: stored.hash, renewed, tokenDigest: digestOf(token) } as const
    const done = await this.#tokens.ending(this.#store.commit([{ ...command, atMs: this.#now() }]))
    if (done.refused) throw refusalError(done.refused, {})
    return this.#begun(done.user, token)
  }

  async #byLink(code: string): Promise<SignedIn> {
    const token = newToken()
    const command = { kind: 'redeem-link', codeDigest: digestOf(asShown(code)), tokenDigest: digestOf(token) } as const
    const done = await this.#tokens.ending(this.#store.commit([{ ...command, atMs: this.#now() }]))
    if (done.refused) throw refusalError(done.refused, { code })
    return this.#begun(done.user, token)
  }

  async #begun(user: StoredUser, token: string): Promise<SignedIn> {
    this.#announcer.tell(`${user.name} signed in`)
    return { user: await shownToThemselves(user, this.#store), token }
  }

  /** Sign out: the token that asks for it counts no more. */
  async end({ digest }: BearerToken): Promise<void> {
    try {
      await this.#store.commit([{ kind: 'sign-out', tokenDigest: digest }])
    } finally {
      this.#tokens.forget(digest) // also where nobody knows whether it ended
    }
  }

  /**
   * A code that signs another device in, once and within ten minutes. It is in the answer and nowhere else.
   * @throws ChatError unauthorized, when the token that asks has ended meanwhile
   */
  async makeLink({ user, digest }: BearerToken): Promise<SignInLink> {
    const code = newCode()
    const expiresAtMs = this.#now() + linkMs
    const [done] = await this.#store.commit([
      { kind: 'make-link', actor: user.id, by: digest, codeDigest: digestOf(code), expiresAtMs }
    ])
    if (done.refused) throw refusalError(done.refused, {})
    return { code, expiresAt: new Date(expiresAtMs).toISOString() }
  }
}

/** Neither of the two ways to sign in, or both. */
function unclear({ name, password, code }: NewSession): ChatError {
  const missing = Object.entries({ name, password }).filter(([, given]) => given === undefined)
  const errors: ProblemItem[] =
    code === undefined
      ? missing.map(([member]) => ({ pointer: `#/${member}`, detail: 'is missing' }))
      : [{ pointer: '#/code', detail: 'must stand alone, without name and password' }]
  return new ChatError('invalid-body', 'Send either a name and a password, or the code of a link.', { errors })
}
