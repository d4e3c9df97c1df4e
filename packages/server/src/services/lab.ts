import { type Message, pageBytesMax, type User } from '@tertulia/protocol'
import type { LabStore, LabUser } from '../stores/lab-store.ts'
import type { Store } from '../stores/store.ts'
import type { Announcer } from './announcer.ts'
import { ChatError } from './chat-error.ts'
import type { MessageService } from './messages.ts'
import { faultOfName } from './name-check.ts'
import { refusalError } from './refusals.ts'
import { shown } from './users.ts'

/** The one room that the lab's wire knows. */
const room = 'general'
/** After a month away a user gets the messages in pieces, one for each call. */
const page = { limit: 200, bytes: pageBytesMax }

/**
 * Users of the lab's wire: a name, and nothing that proves it. They are therefore separate from other users:
 * they have no token, and nobody can write under the name of a user with a token.
 */
export class LabService {
  readonly #store: Store & LabStore
  readonly #announcer: Announcer
  readonly #messages: MessageService
  readonly #now: () => number

  constructor({
    store,
    announcer,
    messages,
    now
  }: { store: Store & LabStore; announcer: Announcer; messages: MessageService; now: () => number }) {
    this.#store = store
    this.#announcer = announcer
    this.#messages = messages
    this.#now = now
  }

  /** @throws ChatError unauthorized when the name is taken, as the lab's clients expect; invalid-body */
  async register(name: string): Promise<User> {
    const fault = await faultOfName(name)
    if (fault) throw new ChatError('invalid-body', `The body is the name. A name ${fault}.`)
    const done = await this.#store.commitLab({ kind: 'register-lab', name, room, atMs: this.#now() })
    if (done.refused) throw new ChatError('unauthorized', `The name “${name}” is taken. Choose another.`)
    this.#announcer.tell(`${name} registered, over the wire of the lab`)
    return shown(done.user)
  }

  /** @throws ChatError unauthorized, and whatever {@link MessageService.post} refuses */
  async say(name: string, text: string): Promise<void> {
    const { user } = await this.#known(name)
    await this.#messages.post(user, room, { text })
  }

  /**
   * What others wrote since the last call, each message once; those that were deleted meanwhile are left out.
   * @throws ChatError unauthorized
   */
  async collect(name: string): Promise<Message[]> {
    const { user, collected } = await this.#known(name)
    const found = await this.#store.room(room, user.id)
    const extents = found && (await this.#store.extents([found.log]))
    if (found && found.actsAs !== 'banned' && extents?.get(found.log)?.head === collected) return [] // nothing is new, so nothing is written
    for (;;) {
      const done = await this.#store.commitLab({ kind: 'collect-lab', actor: user.id, room, page })
      if (done.refused) throw refusalError(done.refused, { room, user: name })
      if (done.messages.length > 0 || !done.more) return done.messages
    }
  }

  async #known(name: string): Promise<LabUser> {
    const known = await this.#store.labUser(name)
    if (!known) throw new ChatError('unauthorized', `Nobody has taken the name “${name}” with POST /user.`)
    if (known.user.disabled) throw new ChatError('unauthorized', `Whoever runs this server has disabled the name “${name}”.`)
    return known
  }
}
