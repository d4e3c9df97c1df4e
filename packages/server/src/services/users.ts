import {
  type Me,
  type NewPassword,
  type NewUser,
  passwordFault,
  type RegistrationMode,
  type SignedIn,
  type User,
  type UserKind
} from '@tertulia/protocol'
import type { StoredPassword, StoredUser } from '../stores/records.ts'
import type { Store } from '../stores/store.ts'
import type { Announcer } from './announcer.ts'
import { ChatError } from './chat-error.ts'
import { invalidMember } from './invalid-member.ts'
import { faultOfName } from './name-check.ts'
import type { Passwords } from './passwords.ts'
import { refusalError, userNotFound } from './refusals.ts'
import { asShown, digestOf, newToken } from './secrets.ts'
import type { BearerToken, TokenCache } from './token-cache.ts'

/** Who spoke, and by which token; null: another application vouches for them. */
export interface Credentials {
  user: StoredUser
  token: BearerToken | null
  /** Of that token. */
  tokenDigest: Uint8Array | null
}

/** Somebody whom another application has signed in. */
export interface HostUser {
  name: string
  /** `person` unless it is given; it never changes. */
  kind?: UserKind
}

export interface UserServiceOptions {
  store: Store
  tokens: TokenCache
  passwords: Passwords
  announcer: Announcer
  /** Who may register. */
  registration: RegistrationMode
  now: () => number
}

export class UserService {
  readonly #store: Store
  readonly #tokens: TokenCache
  readonly #passwords: Passwords
  readonly #announcer: Announcer
  readonly #registration: RegistrationMode
  readonly #now: () => number

  constructor({ store, tokens, passwords, announcer, registration, now }: UserServiceOptions) {
    this.#store = store
    this.#tokens = tokens
    this.#passwords = passwords
    this.#announcer = announcer
    this.#registration = registration
    this.#now = now
  }

  /**
   * Take a name, first come, first served; the token is in the answer and nowhere else. An invite to a room leads into it at once.
   * @param address  from where: hashes of passwords are made by turns of the addresses
   * @throws ChatError name-taken, also for another spelling of a name that is taken; invalid-body, busy, registration-closed,
   * invite-required, invite-not-found, invite-spent, invite-expired, room-archived: then the invite has let nobody in
   */
  async register({ name, password, invite }: NewUser, address: string): Promise<SignedIn> {
    if (this.#registration === 'closed') throw registrationClosed()
    if (this.#registration === 'invite' && invite === undefined) throw inviteRequired()
    const fault = await faultOfName(name)
    if (fault) throw invalidMember('name', fault, `A name ${fault}.`)
    if (password !== undefined) checkPassword(password)
    const codeDigest = invite === undefined ? undefined : digestOf(asShown(invite))
    if (password !== undefined && codeDigest) await this.#checkInvite(codeDigest) // before the work that a hash is
    const stored = password === undefined ? undefined : await this.#passwords.toStored(password, address)
    const token = newToken()
    const [done] = await this.#store.commit([
      {
        kind: 'register',
        name,
        userKind: 'person',
        tokenDigest: digestOf(token),
        password: stored,
        invite: codeDigest,
        atMs: this.#now()
      }
    ])
    if (done.refused) throw refusalError(done.refused, { user: name })
    this.#announcer.tell(`${name} registered`)
    if (done.added) this.#announcer.announce(done.added)
    this.#announcer.announceTold(done.told)
    return { user: await shownToThemselves(done.user, this.#store), token }
  }

  async #checkInvite(codeDigest: Uint8Array): Promise<void> {
    const { refused } = await this.#store.invite(codeDigest, this.#now())
    if (refused) throw refusalError(refused, {})
  }

  /**
   * Set the password of the user of this token, and end all their other sessions.
   * @param address  from where, as at {@link register}
   * @throws ChatError wrong-password, when `current` is not the one until now, or is missing where there is one; invalid-body, busy
   */
  async setPassword({ user, digest }: BearerToken, { password, current }: NewPassword, address: string): Promise<void> {
    checkPassword(password)
    const present = (await this.#store.account(user.name))?.password ?? null
    if (present !== null) await this.#demand(current, present, address)
    const stored = await this.#passwords.toStored(password, address)
    const command = { kind: 'set-password', actor: user.id, by: digest, was: present?.hash ?? null, password: stored } as const
    const done = await this.#tokens.ending(this.#store.commit([command]))
    if (done.refused) throw refusalError(done.refused, {})
  }

  async #demand(current: string | undefined, present: StoredPassword, address: string): Promise<void> {
    if (current === undefined) {
      const detail = 'You have a password already: to set another, send it as “current”.'
      throw new ChatError('wrong-password', detail, { errors: [{ pointer: '#/current', detail: 'is missing' }] })
    }
    if (!(await this.#passwords.isRight(current, present, address))) throw refusalError({ code: 'wrong-password' }, {})
  }

  /**
   * Leave for ever, with all bots, or let one bot do so: their memberships and tokens end. What they wrote stays, and nobody gets the name.
   * @param bot  a bot of theirs, in any spelling
   * @throws ChatError last-owner, with the rooms that nobody else owns; user-not-found
   */
  async leave({ user, digest }: BearerToken, bot?: string): Promise<void> {
    const command = { kind: 'leave-for-ever', actor: user.id, by: digest, bot } as const
    for (let isDone = false; !isDone; ) {
      const done = await this.#tokens.ending(this.#store.commit([{ ...command, atMs: this.#now() }]))
      if (done.refused) throw refusalError(done.refused, { user: bot })
      for (const added of done.added) this.#announcer.announce(added)
      this.#announcer.announceTold(done.told)
      isDone = done.done
    }
    this.#announcer.tell(`${bot ?? user.name} left for ever`)
  }

  /** Whom a token speaks for; at once, where it is remembered. */
  findByToken(token: string): Credentials | undefined | Promise<Credentials | undefined> {
    const found = this.#tokens.findShown(token)
    return found instanceof Promise ? found.then(credentialsOf) : credentialsOf(found)
  }

  /**
   * The user with the name that another application knows them by; created if it is new.
   * @throws ChatError not-allowed, when the name cannot be one here or is too much like another
   */
  async signedInElsewhere({ name, kind = 'person' }: HostUser): Promise<Credentials> {
    const known = await this.#store.user(name)
    if (known?.disabled)
      throw new ChatError('not-allowed', `You cannot take part as “${name}”: whoever runs this chat has disabled the name.`)
    if (known?.name === name) return { user: known, token: null, tokenDigest: null }
    const fault = await faultOfName(name)
    if (fault) throw new ChatError('not-allowed', `You cannot take part as “${name}”: a name ${fault}.`)
    const [done] = await this.#store.commit([{ kind: 'ensure-user', name, userKind: kind, atMs: this.#now() }])
    if (done.refused) {
      throw new ChatError('not-allowed', `You cannot take part as “${name}”: somebody here has almost the same name.`)
    }
    if (done.isNew) this.#announcer.tell(`${name} registered`)
    return { user: done.user, token: null, tokenDigest: null }
  }

  /** Whether a token still speaks for somebody. */
  async isValid(tokenDigest: Uint8Array): Promise<boolean> {
    return (await this.#tokens.find(tokenDigest)) !== undefined
  }

  /** Somebody, as they see themselves. */
  me(user: StoredUser): Promise<Me> {
    return shownToThemselves(user, this.#store)
  }

  /** @throws ChatError user-not-found */
  async get(name: string): Promise<User> {
    const user = await this.#store.user(name)
    if (!user) throw userNotFound(name)
    return shown(user)
  }
}

const credentialsOf = (token: BearerToken | undefined): Credentials | undefined =>
  token && { user: token.user, token, tokenDigest: token.digest }

function checkPassword(password: string): void {
  const fault = passwordFault(password)
  if (fault) throw invalidMember('password', fault, `A password ${fault}.`)
}

const registrationClosed = () =>
  new ChatError('registration-closed', 'Nobody can register a name on this server at present. If you have one, sign in.')
const inviteRequired = () =>
  new ChatError('invite-required', 'On this server you need an invite to register a name. If you have a name, sign in.')

/** A user as they see themselves. */
export async function shownToThemselves(user: StoredUser, store: Store): Promise<Me> {
  const { password = null, sessions = 0 } = (await store.account(user.name)) ?? {}
  return { ...shown(user), admin: user.admin, hasPassword: password !== null, sessions }
}

/** A user as others see them, without the store's own number. */
export const shown = ({ name, kind, createdAt }: StoredUser): User => ({ name, kind, createdAt })
