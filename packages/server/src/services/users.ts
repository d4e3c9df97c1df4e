import type { NewUser, SignedIn, User, UserKind } from '@tertulia/protocol'
import type { Store, StoredUser } from '../stores/store.ts'
import type { Announcer } from './announcer.ts'
import { ChatError } from './chat-error.ts'
import { faultOfName } from './name-check.ts'
import { refusalError, userNotFound } from './refusals.ts'
import { digestOf, newToken } from './tokens.ts'

/** Who spoke, and by which token; null: not by a token of ours. */
export interface Credentials {
  user: StoredUser
  tokenDigest: Uint8Array | null
}

/** Somebody whom another application has signed in. */
export interface HostUser {
  name: string
  /** `person` unless it is given; it never changes. */
  kind?: UserKind
}

export class UserService {
  readonly #store: Store
  readonly #announcer: Announcer
  readonly #now: () => number

  constructor({ store, announcer, now }: { store: Store; announcer: Announcer; now: () => number }) {
    this.#store = store
    this.#announcer = announcer
    this.#now = now
  }

  /**
   * Take a name, first come, first served; the token is in the answer and nowhere else.
   * @throws ChatError name-taken, also for another spelling of a name that is taken; invalid-body
   */
  async register({ name }: NewUser): Promise<SignedIn> {
    const fault = await faultOfName(name)
    if (fault) throw new ChatError('invalid-body', `A name ${fault}.`, { errors: [{ pointer: '#/name', detail: fault }] })
    const token = newToken()
    const [done] = await this.#store.commit([
      { kind: 'register', name, userKind: 'person', tokenDigest: digestOf(token), atMs: this.#now() }
    ])
    if (done.refused) throw refusalError(done.refused, { user: name })
    this.#announcer.tell(`${name} registered`)
    return { user: shown(done.user), token }
  }

  async findByToken(token: string): Promise<Credentials | undefined> {
    const tokenDigest = digestOf(token)
    const user = await this.#store.userOfToken(tokenDigest)
    return user && { user, tokenDigest }
  }

  /**
   * Who is here under the name that another application has for them; a new one from then on.
   * @throws ChatError not-allowed, when the name cannot be one here or is too much like another
   */
  async signedInElsewhere({ name, kind = 'person' }: HostUser): Promise<Credentials> {
    const known = await this.#store.user(name)
    if (known?.name === name) return { user: known, tokenDigest: null }
    const fault = await faultOfName(name)
    if (fault) throw new ChatError('not-allowed', `You cannot take part as “${name}”: a name ${fault}.`)
    const [done] = await this.#store.commit([{ kind: 'ensure-user', name, userKind: kind, atMs: this.#now() }])
    if (done.refused) {
      throw new ChatError('not-allowed', `You cannot take part as “${name}”: somebody here is called almost the same.`)
    }
    if (done.isNew) this.#announcer.tell(`${name} registered`)
    return { user: done.user, tokenDigest: null }
  }

  /** Whether a token still speaks for somebody. */
  async isValid(tokenDigest: Uint8Array): Promise<boolean> {
    return (await this.#store.userOfToken(tokenDigest)) !== undefined
  }

  /** @throws ChatError user-not-found */
  async get(name: string): Promise<User> {
    const user = await this.#store.user(name)
    if (!user) throw userNotFound(name)
    return shown(user)
  }
}

/** A user as others see them, without the store's own number. */
export const shown = ({ name, kind, createdAt }: StoredUser): User => ({ name, kind, createdAt })
