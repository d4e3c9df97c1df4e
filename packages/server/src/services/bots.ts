import type { IssuedBot, NewBot, User } from '@tertulia/protocol'
import type { ListPage, ListRange, StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import type { Announcer } from './announcer.ts'
import { invalidMember } from './invalid-member.ts'
import { faultOfName } from './name-check.ts'
import { refusalError } from './refusals.ts'
import { digestOf, newToken } from './secrets.ts'
import type { BearerToken } from './token-cache.ts'
import { shown } from './users.ts'

/** The name of the token that a bot is made with. */
const tokenName = 'first'

/** Users who are programs, each owned by a person. */
export class BotService {
  readonly #store: Store
  readonly #announcer: Announcer
  readonly #now: () => number

  constructor({ store, announcer, now }: { store: Store; announcer: Announcer; now: () => number }) {
    this.#store = store
    this.#announcer = announcer
    this.#now = now
  }

  /** A page of the bots of a user. */
  async list(owner: StoredUser, range: ListRange): Promise<ListPage<User>> {
    const { items, next } = await this.#store.bots(owner.id, range)
    return { items: items.map(shown), next }
  }

  /**
   * Make a bot, with a token that may do all that the bot may. It is in the answer and nowhere else.
   * @throws ChatError name-taken, too-many-bots, invalid-body
   */
  async make({ user, digest }: BearerToken, { name }: NewBot): Promise<IssuedBot> {
    const fault = await faultOfName(name)
    if (fault) throw invalidMember('name', fault, `A name ${fault}.`)
    const token = newToken()
    const [done] = await this.#store.commit([
      { kind: 'make-bot', actor: user.id, by: digest, name, tokenName, tokenDigest: digestOf(token), atMs: this.#now() }
    ])
    if (done.refused) throw refusalError(done.refused, { user: name })
    this.#announcer.tell(`${user.name} made the bot ${name}`)
    return { user: shown(done.user), token }
  }
}
