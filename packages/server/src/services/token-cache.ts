import type { StoredToken } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import { digestText, toDigestText } from './secrets.ts'

/** So many tokens are remembered: those that were used last. */
const tokensMaxDefault = 10_000

/** A token that was shown, and its SHA-256 digest. */
export interface BearerToken extends StoredToken {
  digest: Uint8Array
}

/** What is remembered is there at once. */
type Found = BearerToken | undefined | Promise<BearerToken | undefined>

export interface TokenCacheOptions {
  store: Pick<Store, 'token'>
  now: () => number
  tokensMax?: number
  /** For how long the store is believed, where other nodes end tokens too; as long as nobody says otherwise, unless it is given. */
  trustMs?: number | undefined
  /** Milliseconds on a clock that never goes back. */
  clock?: () => number
}

interface Remembered {
  token: BearerToken
  /** On that clock. */
  untilMs: number
}

/**
 * Whom each token speaks for, without asking the store at every request. Whoever commits the end of a token says so here before the
 * answer leaves, so that the very next request with that token is refused. What another node has ended is found out when the store is
 * asked again.
 */
export class TokenCache {
  readonly #store: Pick<Store, 'token'>
  readonly #now: () => number
  readonly #tokensMax: number
  readonly #trustMs: number
  readonly #clock: () => number
  /** By its digest as text: what is remembered of a token signs nobody in. */
  readonly #tokens = new Map<string, Remembered>()
  /** What the store is being asked for, as long as nobody has said that it may have ended meanwhile. */
  readonly #asked = new Map<string, Promise<BearerToken | undefined>>()

  constructor({ store, now, tokensMax = tokensMaxDefault, trustMs, clock = () => performance.now() }: TokenCacheOptions) {
    this.#store = store
    this.#now = now
    this.#tokensMax = tokensMax
    this.#trustMs = trustMs ?? Number.POSITIVE_INFINITY
    this.#clock = clock
  }

  /** The token that was shown as this; undefined: there is none, or not any more. */
  findShown(token: string): Found {
    return this.#find(digestText(token))
  }

  /** The token that has this digest. */
  async find(digest: Uint8Array): Promise<BearerToken | undefined> {
    return this.#find(toDigestText(digest))
  }

  #find(key: string): Found {
    const known = this.#known(key)
    if (known) return this.#unlessOver(known)
    return (this.#asked.get(key) ?? this.#ask(key)).then((token) => token && this.#unlessOver(token))
  }

  #unlessOver(token: BearerToken): BearerToken | undefined {
    return token.expiresAtMs !== null && token.expiresAtMs <= this.#now() ? undefined : token
  }

  /** This token has ended. */
  forget(digest: Uint8Array): void {
    const key = toDigestText(digest)
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

  #known(key: string): BearerToken | undefined {
    const known = this.#tokens.get(key)
    if (known === undefined || (this.#trustMs < Number.POSITIVE_INFINITY && this.#clock() >= known.untilMs)) return undefined
    if (this.#tokens.size < this.#tokensMax) return known.token // while none has to go, their order does not matter
    this.#tokens.delete(key) // to the end of the order, as the one used last
    this.#tokens.set(key, known)
    return known.token
  }

  #ask(key: string): Promise<BearerToken | undefined> {
    const asked = this.#answer(key, () => this.#asked.get(key) === asked)
    this.#asked.set(key, asked)
    return asked
  }

  /** @param counts  whether the answer may be remembered: an end that was told while the store was asked may not be in it */
  async #answer(key: string, counts: () => boolean): Promise<BearerToken | undefined> {
    await null // so that `counts` can be asked
    const untilMs = this.#clock() + this.#trustMs
    try {
      const digest = Buffer.from(key, 'base64url')
      const found = await this.#store.token(digest)
      const token = found && { ...found, digest }
      if (counts()) this.#keep(key, token && { token, untilMs })
      return token
    } finally {
      if (counts()) this.#asked.delete(key)
    }
  }

  #keep(key: string, found: Remembered | undefined): void {
    this.#tokens.delete(key)
    if (found === undefined) return
    this.#tokens.set(key, found)
    const [oldest] = this.#tokens.keys()
    if (this.#tokens.size > this.#tokensMax && oldest !== undefined) this.#tokens.delete(oldest)
  }
}
