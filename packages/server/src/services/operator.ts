import { type IssuedInvite, listLimitMax, resetMs, type User } from '@tertulia/protocol'
import { keepsLabUsers } from '../stores/lab-store.ts'
import type { StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import type { Tell } from './announcer.ts'
import { ChatError } from './chat-error.ts'
import { aYearAfter } from './invites.ts'
import { refusalError, userNotFound } from './refusals.ts'
import { digestOf, newCode } from './secrets.ts'
import type { TokenCache } from './token-cache.ts'
import { shown } from './users.ts'

export interface OperatorServiceOptions {
  store: Store
  tokens: TokenCache
  tell: Tell
  /** End what a user has open, who has lost rights that no event says. */
  recall?: (user: number) => void
  now: () => number
}

/** What whoever runs the server may do, and nobody else. */
export class OperatorService {
  readonly #store: Store
  readonly #tokens: TokenCache
  readonly #tell: Tell
  readonly #recall: (user: number) => void
  readonly #now: () => number

  constructor({ store, tokens, tell, recall = () => {}, now }: OperatorServiceOptions) {
    this.#store = store
    this.#tokens = tokens
    this.#tell = tell
    this.#recall = recall
    this.#now = now
  }

  /**
   * Make an invite, to a room of any kind or to the server.
   * @param invite.admin  whoever registers with it becomes an admin
   * @throws ChatError room-not-found, room-archived, too-many-invites
   */
  async invite(invite: { room: string | null; admin: boolean; uses: number; lastsMs: number }): Promise<IssuedInvite> {
    const { room, admin, uses, lastsMs } = invite
    const code = newCode()
    const atMs = this.#now()
    const [done] = await this.#store.commit([
      {
        kind: 'make-invite',
        actor: null,
        by: null,
        room: room ?? undefined,
        role: room === null ? null : 'member',
        admin,
        uses,
        expiresAtMs: Math.min(atMs + lastsMs, aYearAfter(atMs)),
        codeDigest: digestOf(code),
        atMs
      }
    ])
    if (done.refused?.code === 'room-not-found') throw new ChatError('room-not-found', `There is no room “${room}”.`) // none is hidden
    if (done.refused) throw refusalError(done.refused, { room: room ?? '' })
    return { ...done.invite, code }
  }

  /** A page of all users, by name; bots are among them. */
  async list(after: string | null): Promise<{ users: (User & { admin: boolean; disabled: boolean })[]; next: string | null }> {
    const { items, next } = await this.#store.users({ limit: listLimitMax, after: after ?? undefined })
    const users = items.map((user) => ({ ...shown(user), admin: user.admin, disabled: user.disabled }))
    return { users, next: next ?? null }
  }

  /**
   * For somebody who has lost what signs them in: their sessions, links and password end, and one code signs them in. What they have made
   * for programs stays.
   * @throws ChatError user-not-found, not-allowed
   */
  async reset(name: string): Promise<{ name: string; code: string; expiresAt: string }> {
    const user = await this.#known(name)
    if (user.kind === 'bot') throw new ChatError('not-allowed', `${user.name} is a bot: whoever owns it makes its tokens.`)
    if (await this.#isOfLab(user)) {
      throw new ChatError('not-allowed', `${user.name} was registered over the wire of the lab, and cannot sign in.`)
    }
    if (user.disabled)
      throw new ChatError('not-allowed', `${user.name} is disabled. First: chat-server user disable ${user.name} --undo`)
    const code = newCode()
    const expiresAtMs = this.#now() + resetMs
    const command = { kind: 'reset-user', user: user.id, codeDigest: digestOf(code), expiresAtMs } as const
    const done = await this.#tokens.ending(this.#store.commit([command]))
    if (done.refused) throw refusalError(done.refused, { user: name })
    this.#tell(`${user.name} was signed out everywhere, and was given a code to sign in`)
    return { name: user.name, code, expiresAt: new Date(expiresAtMs).toISOString() }
  }

  /**
   * Sign somebody out everywhere, with their bots, and let nothing sign them in until it is undone.
   * @returns their name, and what they lack to sign in with
   * @throws ChatError user-not-found
   */
  async disable(name: string, disabled: boolean): Promise<{ name: string; lacks: 'password' | 'token' | null }> {
    const user = await this.#known(name)
    const command = { kind: 'disable-user', user: user.id, disabled, atMs: this.#now() } as const
    const done = await this.#tokens.ending(this.#store.commit([command]))
    if (done.refused) throw refusalError(done.refused, { user: name })
    this.#tell(`${user.name} ${disabled ? 'was disabled' : 'is no longer disabled'}`)
    return { name: user.name, lacks: await this.#lackedBy(user) }
  }

  /** @returns their name @throws ChatError user-not-found, not-allowed */
  async setAdmin(name: string, admin: boolean): Promise<string> {
    const user = await this.#known(name)
    if (user.kind === 'bot') throw new ChatError('not-allowed', `${user.name} is a bot, and a bot cannot be an admin.`)
    if (await this.#isOfLab(user)) {
      const why = 'was registered over the wire of the lab, where anybody may use the name'
      throw new ChatError('not-allowed', `${user.name} ${why}, and cannot be an admin.`)
    }
    const [done] = await this.#store.commit([{ kind: 'set-admin', user: user.id, admin }]).finally(() => {
      this.#tokens.forgetAll() // what is remembered of a token says so too
      if (!admin) this.#recall(user.id) // an admin reads on where they are banned
    })
    if (done.refused) throw refusalError(done.refused, { user: name })
    this.#tell(`${user.name} ${admin ? 'is an admin now' : 'is no longer an admin'}`)
    return user.name
  }

  async #known(name: string): Promise<StoredUser> {
    const user = await this.#store.user(name)
    if (!user) throw userNotFound(name)
    return user
  }

  /** Whether it is somebody of the lab's wire, who signs in with nothing. */
  async #isOfLab({ name }: StoredUser): Promise<boolean> {
    return keepsLabUsers(this.#store) && (await this.#store.labUser(name)) !== undefined
  }

  async #lackedBy(user: StoredUser): Promise<'password' | 'token' | null> {
    if (user.kind === 'bot') return 'token'
    if (await this.#isOfLab(user)) return null
    return (await this.#store.account(user.name))?.password ? null : 'password'
  }
}
