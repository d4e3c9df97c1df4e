import { expect, test } from 'vitest'
import { LocalBus } from '../../src/buses/local.ts'
import { Announcer } from '../../src/services/announcer.ts'
import { OperatorService } from '../../src/services/operator.ts'
import { Passwords } from '../../src/services/passwords.ts'
import { digestOf } from '../../src/services/secrets.ts'
import { SessionService } from '../../src/services/sessions.ts'
import { TokenCache } from '../../src/services/token-cache.ts'
import { TokenService } from '../../src/services/tokens.ts'
import { UserService } from '../../src/services/users.ts'
import type { StoredToken } from '../../src/stores/records.ts'
import type { Store } from '../../src/stores/store.ts'
import { storedUser } from '../support/stored-user.ts'

const user = storedUser(1, 'ana')
const digest = digestOf('token')
const token: StoredToken = { id: 1, user, kind: 'session', scope: 'write', rooms: null, expiresAtMs: null }
const now = Date.now
const cost = { cost: 2, blockSize: 1, parallelization: 1 }

/** The services over a store whose commits are done, and then fail: what they ended is no longer in it. */
async function open() {
  const passwords = new Passwords({ cost })
  let isThere = true
  const password = await passwords.toStored('correct horse', '')
  const parts: Partial<Store> = {
    user: async () => user,
    account: async () => ({ user, password: isThere ? password : null, sessions: 1 }),
    token: async () => (isThere ? token : undefined),
    commit: async () => {
      isThere = false
      throw new Error('disk on fire')
    }
  }
  const store = parts as Store
  const tokens = new TokenCache({ store, now })
  const announcer = new Announcer({ bus: new LocalBus(), onChange: () => {}, tell: () => {} })
  const shared = { store, tokens, passwords, announcer, tell: () => {}, registration: 'open' as const, now }
  const bearer = { ...token, digest }
  return {
    tokens,
    operator: new OperatorService(shared),
    users: new UserService(shared),
    sessions: new SessionService(shared),
    named: new TokenService(shared),
    bearer
  }
}
type Opened = Awaited<ReturnType<typeof open>>

test.each<[string, (opened: Opened) => Promise<unknown>]>([
  ['a reset', ({ operator }) => operator.reset('ana')],
  ['a disabling', ({ operator }) => operator.disable('ana', true)],
  ['a change of who is an admin', ({ operator }) => operator.setAdmin('ana', true)],
  [
    'a new password',
    ({ users, bearer }) => users.setPassword(bearer, { password: 'battery staple', current: 'correct horse' }, '')
  ],
  ['a leaving for ever', ({ users, bearer }) => users.leave(bearer)],
  ['the end of a token', ({ named, bearer }) => named.end(bearer, 7)],
  [
    'a sign-in, which ends the oldest of very many',
    ({ sessions }) => sessions.begin({ name: 'ana', password: 'correct horse' }, '')
  ],
  ['a sign-in with a code', ({ sessions }) => sessions.begin({ code: 'K7QF29XMHB4T0RZC8W6VDN3GYE' }, '')],
  ['a sign-out', ({ sessions, bearer }) => sessions.end(bearer)]
])('no token is believed unasked after %s of which nobody knows whether it was done', async (_what, act) => {
  const opened = await open()
  expect(await opened.tokens.find(digest)).toMatchObject(token)
  await expect(act(opened)).rejects.toThrow('disk on fire')
  expect(await opened.tokens.find(digest)).toBeUndefined()
})
