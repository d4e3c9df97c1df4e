import { type IssuedToken, type NewToken, type Token, tokenNameFault } from '@tertulia/protocol'
import type { ListPage, ListRange, StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import { ChatError } from './chat-error.ts'
import { endTime } from './end-time.ts'
import { invalidMember } from './invalid-member.ts'
import { refusalError, userNotFound } from './refusals.ts'
import { digestOf, newToken } from './secrets.ts'
import type { BearerToken, TokenCache } from './token-cache.ts'

export interface TokenServiceOptions {
  store: Store
  tokens: TokenCache
  now: () => number
}

/** Tokens that people make for programs. */
export class TokenService {
  readonly #store: Store
  readonly #tokens: TokenCache
  readonly #now: () => number

  constructor({ store, tokens, now }: TokenServiceOptions) {
    this.#store = store
    this.#tokens = tokens
    this.#now = now
  }

  /**
   * A page of the tokens of a user, or of a bot of theirs.
   * @throws ChatError user-not-found, when nobody of this name is a bot of theirs
   */
  async list(user: StoredUser, { bot: name, ...range }: ListRange & { bot?: string | undefined }): Promise<ListPage<Token>> {
    const bot = name === undefined ? user : await this.#store.bot(user.id, name)
    if (!bot) throw userNotFound(name ?? '')
    return this.#store.tokens(bot.id, range)
  }

  /**
   * Make a token. It is in the answer and nowhere else.
   * @throws ChatError name-taken, room-not-found, user-not-found, too-many-tokens, invalid-body
   */
  async make({ user, digest }: BearerToken, wanted: NewToken): Promise<IssuedToken> {
    const { name, bot, scope = 'write', rooms = null } = wanted
    const fault = tokenNameFault(name)
    if (fault) throw invalidMember('name', fault, `The name of a token ${fault}.`)
    const expiresAtMs = typeof wanted.expiresAt === 'string' ? endTime(wanted.expiresAt, this.#now()) : null
    const token = newToken()
    const [done] = await this.#store.commit([
      {
        kind: 'make-token',
        actor: user.id,
        by: digest,
        bot,
        name,
        scope,
        rooms,
        expiresAtMs,
        tokenDigest: digestOf(token),
        atMs: this.#now()
      }
    ])
    if (done.refused?.code === 'name-taken') {
      throw new ChatError('name-taken', `There is a token “${name}” already. Choose another name, or end that one first.`)
    }
    if (done.refused) throw refusalError(done.refused, { user: bot ?? '' })
    return { ...done.token, token }
  }

  /**
   * End a token of mine, or of a bot of mine: it is refused from the next request on, and its streams end within seconds.
   * @throws ChatError token-not-found
   */
  async end({ user, digest }: BearerToken, id: number): Promise<void> {
    const command = { kind: 'end-token', actor: user.id, by: digest, id } as const
    const done = await this.#tokens.ending(this.#store.commit([command]))
    if (done.refused) throw refusalError(done.refused, { token: id })
  }
}
