import type { SignedIn } from '@tertulia/protocol'
import Fastify from 'fastify'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { chatServer } from '../../src/app.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import { cheap, Guest, openApp } from '../support/open-app.ts'

const password = 'correct horse battery'

/** A server on which ana has a password. */
async function openWithPassword(options: Parameters<typeof openApp>[0] = {}) {
  const opened = await openApp(options)
  expect((await opened.ana.put('/v1/users/me/password', { password })).statusCode).toBe(204)
  const post = (payload: object) => opened.app.inject({ method: 'POST', url: '/v1/sessions', payload })
  const guest = async (payload: object) => new Guest(opened.app, (await post(payload)).json<SignedIn>())
  return { ...opened, post, guest }
}

describe('with a password', () => {
  test('one signs in on another device, under any spelling of the name, and out again', async () => {
    const { post, app, ana, told } = await openWithPassword()
    const reply = await post({ name: 'ANA', password })
    expect(reply.statusCode).toBe(201)
    expect(reply.headers).toMatchObject({ location: '/v1/sessions/current', 'cache-control': 'no-store' })
    expect(reply.json()).toMatchObject({ user: { name: 'ana', kind: 'person' }, token: expect.stringMatching(/^tt_[\w-]{43}$/) })
    expect(told).toContain('ana signed in')
    const phone = new Guest(app, reply.json())
    expect((await phone.get('/v1/users/me')).json().name).toBe('ana')
    expect((await phone.delete('/v1/sessions/current')).statusCode).toBe(204)
    expect((await phone.get('/v1/users/me')).statusCode).toBe(401)
    expect((await ana.get('/v1/users/me')).statusCode).toBe(200)
  })

  test('that is wrong, or under a name that nobody has or that has no password, the answer is the same', async () => {
    const { post } = await openWithPassword()
    const replies = await Promise.all([
      post({ name: 'ana', password: 'letmein-123' }),
      post({ name: 'nobody', password }),
      post({ name: 'luis', password })
    ])
    for (const reply of replies) {
      expect(reply.statusCode).toBe(401)
      expect(reply.headers['www-authenticate']).toBe('Bearer realm="Tertulia"')
      expect(reply.json()).toMatchObject({ code: 'sign-in-failed', detail: 'The name or the password is wrong.' })
    }
  })

  test('the work is the same as well: one read and one hash', async () => {
    let hashes = 0
    const derive = async () => {
      hashes++
      return new Uint8Array(32)
    }
    const { post, store } = await openApp({ passwords: { cost: cheap, derive } }).then(({ app, store }) => ({
      store,
      post: (name: string) => app.inject({ method: 'POST', url: '/v1/sessions', payload: { name, password } })
    }))
    const reads = vi.spyOn(store, 'account')
    const commits = vi.spyOn(store, 'commit')
    const work = []
    for (const name of ['ana', 'nobody', 'x'.repeat(32)]) {
      expect((await post(name)).statusCode).toBe(401)
      work.push([hashes, reads.mock.calls.length, commits.mock.calls.length])
    }
    expect(work).toEqual([
      [1, 1, 0],
      [2, 2, 0],
      [3, 3, 0]
    ])
  })

  test('one can register, and sign in with the letters put together otherwise', async () => {
    const { app, post } = await openWithPassword()
    const payload = { name: 'marta', password: 'contrase\u00f1a' }
    expect((await app.inject({ method: 'POST', url: '/v1/users', payload })).statusCode).toBe(201)
    expect((await post({ name: 'marta', password: 'contrasen\u0303a' })).statusCode).toBe(201)
  })

  test('that was made with other parameters one signs in, and it is made anew', async () => {
    const { store } = await openWithPassword()
    const later = Fastify(chatServerOptions)
    onTestFinished(() => later.close())
    await later.register(chatServer, { store, bus: new LocalBus(), passwords: { cost: { ...cheap, cost: 4 } } })
    const signIn = () => later.inject({ method: 'POST', url: '/v1/sessions', payload: { name: 'ana', password } })
    const costs = [(await store.account('ana'))?.password?.cost]
    for (let n = 0; n < 2; n++) {
      expect((await signIn()).statusCode).toBe(201)
      costs.push((await store.account('ana'))?.password?.cost)
    }
    expect(costs).toEqual([cheap.cost, 4, 4])
  })
})

describe('a password', () => {
  test.each([
    ['short', 'has 5 characters; it needs at least 8'],
    ['x'.repeat(257), 'has 257 characters; the limit is 256'],
    ['n\u0303'.repeat(4), 'needs at least 8 characters'],
    ['\ud800aaaaaaaa', 'must be well-formed Unicode']
  ])('“%s” is refused with the reason, at registration and later', async (bad, detail) => {
    const { app, ana } = await openApp()
    for (const reply of [
      await app.inject({ method: 'POST', url: '/v1/users', payload: { name: 'marta', password: bad } }),
      await ana.put('/v1/users/me/password', { password: bad })
    ]) {
      expect(reply.statusCode).toBe(422)
      expect(reply.json()).toMatchObject({ code: 'invalid-body', errors: [{ pointer: '#/password', detail }] })
    }
    expect((await ana.get('/v1/users/marta')).statusCode).toBe(404)
  })

  test('is changed by whoever knows it, and that ends the other sessions and the links at once', async () => {
    const { ana, guest, post } = await openWithPassword()
    const phone = await guest({ name: 'ana', password })
    const { code } = (await phone.post('/v1/links')).json()
    expect((await phone.get('/v1/users/me')).statusCode).toBe(200)
    const next = { password: 'a much better one', current: password }
    expect((await ana.put('/v1/users/me/password', next)).statusCode).toBe(204)
    expect((await phone.get('/v1/users/me')).statusCode).toBe(401)
    expect((await ana.get('/v1/users/me')).statusCode).toBe(200)
    expect((await post({ code })).json()).toMatchObject({ code: 'sign-in-failed' })
    expect((await post({ name: 'ana', password })).statusCode).toBe(401)
    expect((await post({ name: 'ana', password: next.password })).statusCode).toBe(201)
  })

  test('that is new ends every session, however it began, and whatever those made that signs in; programs and bots go on', async () => {
    const { app, ana, guest, post } = await openWithPassword()
    const codeOf = async (who: Guest) => (await who.post('/v1/links')).json().code
    const byLinkOf = async (who: Guest) => guest({ code: await codeOf(who) })
    const stolen = await guest({ name: 'ana', password })
    const heir = await byLinkOf(stolen)
    const sessions = { stolen, byPassword: await guest({ name: 'ana', password }), heir, heirOfHeir: await byLinkOf(heir) }
    const signedOut = await byLinkOf(stolen)
    const codes = [await codeOf(stolen), await codeOf(heir), await codeOf(signedOut)]
    await signedOut.delete('/v1/sessions/current')
    const { token } = (await ana.post('/v1/tokens', { name: 'nightly' })).json()
    const named = new Guest(app, { user: { name: 'ana' }, token })
    const bot = new Guest(app, (await ana.post('/v1/bots', { name: 'ci' })).json())
    const who = async (one: Guest) => (await one.get('/v1/users/me')).statusCode
    for (const one of Object.values(sessions)) expect(await who(one)).toBe(200)
    expect((await ana.put('/v1/users/me/password', { password: 'a much better one', current: password })).statusCode).toBe(204)
    for (const [name, one] of Object.entries(sessions)) expect([name, await who(one)]).toEqual([name, 401])
    for (const code of codes) expect((await post({ code })).statusCode).toBe(401)
    expect([await who(ana), await who(named), await who(bot)]).toEqual([200, 200, 200])
  })

  test.each([
    ['without the one until now', {}, 'is missing'],
    ['with another one', { current: 'letmein-123' }, 'is not your password']
  ])('is not changed %s', async (_, current, detail) => {
    const { ana, post } = await openWithPassword()
    const reply = await ana.put('/v1/users/me/password', { password: 'a much better one', ...current })
    expect(reply.statusCode).toBe(403)
    expect(reply.json()).toMatchObject({ code: 'wrong-password', errors: [{ pointer: '#/current', detail }] })
    expect((await post({ name: 'ana', password })).statusCode).toBe(201)
  })

  test('of two who change it at the same moment one is told that it is another now', async () => {
    const { ana, guest, post } = await openWithPassword()
    const phone = await guest({ name: 'ana', password })
    const set = (who: Guest, next: string) => who.put('/v1/users/me/password', { password: next, current: password })
    const replies = await Promise.all([set(ana, 'from the laptop'), set(phone, 'from the phone')])
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([
      204,
      expect.toSatisfy((code) => code === 401 || code === 403)
    ])
    const signedIn = await Promise.all(['from the laptop', 'from the phone'].map((next) => post({ name: 'ana', password: next })))
    expect(signedIn.map(({ statusCode }) => statusCode).sort()).toEqual([201, 401])
  })
})

describe('a link', () => {
  test.each([
    ['{}', {}],
    ['no body', undefined]
  ])('is made with %s, and signs one device in, once', async (_, body) => {
    const { app, ana } = await openApp()
    const reply = await ana.post('/v1/links', body)
    expect(reply.statusCode).toBe(201)
    const { code, expiresAt } = reply.json()
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(600_000)
    const redeem = (spelled: string) => app.inject({ method: 'POST', url: '/v1/sessions', payload: { code: spelled } })
    const [first, second] = await Promise.all([
      redeem(` ${code.toLowerCase().slice(0, 9)}-${code.slice(9, 12)}–${code.slice(12)}`),
      redeem(code)
    ])
    expect([first.statusCode, second.statusCode].sort()).toEqual([201, 410])
    const [won, lost] = first.statusCode === 201 ? [first, second] : [second, first]
    expect((await new Guest(app, won.json()).get('/v1/users/me')).json().name).toBe('ana')
    expect(lost.json()).toMatchObject({ code: 'link-spent' })
  })

  test('that was used is one device more on which people see that they are signed in; a program is none', async () => {
    const { ana, guest } = await openWithPassword()
    const sessions = async () => (await ana.get('/v1/users/me')).json().sessions
    await ana.post('/v1/tokens', { name: 'nightly' })
    const { code } = (await ana.post('/v1/links')).json()
    expect(await sessions()).toBe(1)
    const phone = await guest({ code })
    expect(await sessions()).toBe(2)
    expect((await phone.get('/v1/users/me')).json()).toMatchObject({ sessions: 2 })
    await phone.delete('/v1/sessions/current')
    expect(await sessions()).toBe(1)
  })

  test('works for ten minutes', async () => {
    let nowMs = Date.UTC(2026, 10, 23, 10)
    const { app, ana } = await openApp({ now: () => nowMs })
    const { code, expiresAt } = (await ana.post('/v1/links')).json()
    expect(expiresAt).toBe('2026-11-23T10:10:00.000Z')
    nowMs += 600_000
    const reply = await app.inject({ method: 'POST', url: '/v1/sessions', payload: { code } })
    expect(reply.statusCode).toBe(410)
    expect(reply.json()).toMatchObject({ code: 'link-expired' })
  })

  test('that was guessed is answered as a wrong password is', async () => {
    const { app } = await openApp()
    for (const code of ['K7QF29XMHB4T0RZC8W6VDN3GYE', '', 'x'.repeat(1_000)]) {
      const reply = await app.inject({ method: 'POST', url: '/v1/sessions', payload: { code } })
      expect(reply.statusCode).toBe(401)
      expect(reply.json()).toMatchObject({ code: 'sign-in-failed' })
    }
  })
})

test.each([
  [{}, '#'],
  [{ name: 'ana' }, '#/password'],
  [{ password }, '#/name'],
  [{ name: 'ana', password, code: 'K7QF' }, '#/code'],
  [{ name: 'ana', password: 7 }, '#/password'],
  [{ name: 'ana', password, device: 'phone' }, '#/device']
])('%j says no way to sign in', async (payload, pointer) => {
  const { app } = await openApp()
  const reply = await app.inject({ method: 'POST', url: '/v1/sessions', payload })
  expect(reply.statusCode).toBe(422)
  expect(reply.json()).toMatchObject({ code: 'invalid-body', errors: [{ pointer }] })
})

test('who signs in waits for one hash of each address that asks for many, whatever it asks for and under however many names', async () => {
  const made: string[] = []
  const underWay: (() => void)[] = []
  const derive = async (password: string) => {
    made.push(password)
    await new Promise<void>((end) => underWay.push(end))
    return new Uint8Array(32)
  }
  const { app, ana } = await openApp({ passwords: { cost: cheap, derive, atOnce: 1, waitingMax: 30 } })
  const flood = (n: number, remoteAddress: string) => {
    const asked = { method: 'POST', remoteAddress } as const
    const payload = { name: `user${n}`, password: `flood ${n} of ${remoteAddress}` }
    if (n % 3 === 0) return app.inject({ ...asked, url: '/v1/users', payload })
    if (n % 3 === 1) return app.inject({ ...asked, url: '/v1/sessions', payload })
    const { password } = payload
    return app.inject({ ...asked, method: 'PUT', url: '/v1/users/me/password', payload: { password }, headers: ana.headers })
  }
  const floods = Array.from({ length: 80 }, (_, n) => flood(n, n % 2 === 0 ? '203.0.113.9' : `2001:db8::${n}`))
  let refused = 0
  for (const reply of floods) void reply.then(({ statusCode }) => statusCode === 503 && refused++)
  await vi.waitFor(() => expect(refused).toBe(80 - 31), 20_000)
  const payload = { name: 'ana', password }
  const signedIn = app.inject({ method: 'POST', url: '/v1/sessions', payload, remoteAddress: '198.51.100.7' })
  await vi.waitFor(() => expect(refused).toBe(80 - 30), 20_000)
  let hashes = 0
  for (; made.at(-1) !== password; hashes++) {
    underWay.shift()?.()
    await vi.waitFor(() => expect(made.length).toBe(hashes + 2), 20_000)
  }
  expect(hashes).toBeLessThanOrEqual(3) // the one under way, and one of each of the two
  const untilAllIsDone = setInterval(() => underWay.shift()?.(), 1)
  onTestFinished(() => clearInterval(untilAllIsDone))
  expect((await signedIn).statusCode).toBe(401)
  for (const reply of floods) expect([201, 204, 401, 403, 503]).toContain((await reply).statusCode)
})

test('when too many passwords are being checked the answer says when to come back', async () => {
  let goOn = () => {}
  const held = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const derive = async () => {
    await held
    return new Uint8Array(32)
  }
  const { app, ana } = await openApp({ passwords: { cost: cheap, derive, atOnce: 1, waitingMax: 1 } })
  const post = async () => app.inject({ method: 'POST', url: '/v1/sessions', payload: { name: 'ana', password } })
  const [one, two] = [post(), post()]
  await vi.waitFor(async () => {
    const reply = await post()
    expect(reply.statusCode).toBe(503)
    expect(reply.headers['retry-after']).toBe('5')
    expect(reply.json()).toMatchObject({ code: 'busy' })
  }, 20_000)
  expect((await ana.post('/v1/rooms/general/messages', { text: 'hi' })).statusCode).toBe(201)
  goOn()
  expect((await Promise.all([one, two])).map(({ statusCode }) => statusCode)).toEqual([401, 401])
})
