import type { StoredToken } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'

/** So many tokens are remembered: those that were used last. */
const tokensMaxDefault = 10_000

export interface TokenCacheOptions {
  store: Pick<Store, 'token'>
  now: () => number
  tokensMax?: number
}

/**
 * Whom each token speaks for, without asking the store at every request. Whoever commits the end of a token says so here before the
 * answer leaves, so that the very next request with that token is refused. Other nodes have to be told the same.
 */
export class TokenCache {
  readonly #store: Pick<Store, 'token'>
  readonly #now: () => number
  readonly #tokensMax: number
  readonly #tokens = new Map<string, StoredToken>()
  /** What the store is being asked for, as long as nobody has said that it may have ended meanwhile. */
  readonly #asked = new Map<string, Promise<StoredToken | undefined>>()

  constructor({ store, now, tokensMax = tokensMaxDefault }: TokenCacheOptions) {
    this.#store = store
    this.#now = now
    this.#tokensMax = tokensMax
  }

  /** The token that has this SHA-256 digest; undefined: there is none, or not any more. */
  async find(digest: Uint8Array): Promise<StoredToken | undefined> {
    const key = keyOf(digest)
    const token = this.#known(key) ?? (await (this.#asked.get(key) ?? this.#ask(key, digest)))
    const isOver = token !== undefined && token.expiresAtMs !== null && token.expiresAtMs <= this.#now()
    return isOver ? undefined : token
  }

  /** This token has ended. */
  forget(digest: Uint8Array): void {
    const key = keyOf(digest)
    this.#tokens.delete(key)
    this.#asked.delete(key)
  }

  /** The answer to a commit that ends tokens. They are forgotten; where it fails all are, because nobody knows which have ended. */
  async ending<A extends { refused?: unknown; ended?: readonly Uint8Array[] }>(commit: Promise<readonly [A]>): Promise<A> {
    try {
      const [done] = await commit
      for (const ended of done.ended ?? []) this.forget(ended)
      return done
    } catch (error) {
      this.forgetAll()
      throw error
    }
  }

  /** Some have ended, or say something else now, and nobody can tell which. */
  forgetAll(): void {
    this.#tokens.clear()
    this.#asked.clear()
  }

  #known(key: string): StoredToken | undefined {
    const token = this.#tokens.get(key)
    if (token === undefined) return undefined
    this.#tokens.delete(key) // to the end of the order, as the one used last
    this.#tokens.set(key, token)
    return token
  }

  #ask(key: string, digest: Uint8Array): Promise<StoredToken | undefined> {
    const asked = this.#answer(key, digest, () => this.#asked.get(key) === asked)
    this.#asked.set(key, asked)
    return asked
  }

  /** @param counts  whether the answer may be remembered: an end that was told while the store was asked may not be in it */
  async #answer(key: string, digest: Uint8Array, counts: () => boolean): Promise<StoredToken | undefined> {
    await null // so that `counts` can be asked
    try {
      const token = await this.#store.token(digest)
      if (token !== undefined && counts()) this.#keep(key, token)
      return token
    } finally {
      if (counts()) this.#asked.delete(key)
    }
  }

  #keep(key: string, token: StoredToken): void {
    this.#tokens.set(key, token)
    const [oldest] = this.#tokens.keys()
    if (this.#tokens.size > this.#tokensMax && oldest !== undefined) this.#tokens.delete(oldest)
  }
}

const keyOf = (digest: Uint8Array): string => Buffer.from(digest.buffer, digest.byteOffset, digest.length).toString('latin1')
