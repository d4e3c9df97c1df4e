import { noRateLimits, type RateLimits } from '@tertulia/protocol'
import Fastify from 'fastify'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { chatServer } from '../../src/app.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import { cheap, openApp } from '../support/open-app.ts'

const messages = '/v1/rooms/general/messages'
/** Nothing comes back while a test runs. */
const slow = 1 / 3_600
const limited = (limits: Partial<RateLimits>) => openApp({ limits: { ...noRateLimits, ...limits } })

test('who sends too much is told how much is allowed and when to go on; others are not', async () => {
  const { ana, luis } = await limited({ send: { burst: 3, perSecond: 1 / 50 } })
  const left = []
  for (let n = 0; n < 3; n++) left.push((await ana.post(messages, { text: 'hi' })).headers.ratelimit)
  expect(left).toEqual(['"send";r=2', '"send";r=1', '"send";r=0'])
  const refused = await ana.post(messages, { text: 'hi' })
  expect(refused.statusCode).toBe(429)
  expect(refused.json()).toMatchObject({
    code: 'rate-limited',
    detail: expect.stringMatching(/^Too many messages: 3 at once, then 1.2 a minute\. Try again in (4\d|50) s\.$/)
  })
  const seconds = Number(refused.headers['retry-after'])
  expect(refused.headers).toMatchObject({
    'ratelimit-policy': '"send";q=3;w=150',
    ratelimit: `"send";r=0;t=${seconds}`,
    'content-type': expect.stringContaining('application/problem+json')
  })
  expect(refused.json().detail).toContain(` ${seconds} s`)
  expect((await luis.post(messages, { text: 'hi' })).statusCode).toBe(201)
  expect((await ana.get(messages)).statusCode).toBe(200)
})

test('every write takes from the same bucket', async () => {
  const { ana } = await limited({ send: { burst: 5, perSecond: slow } })
  await ana.post(messages, { text: 'hi' })
  await ana.put(`${messages}/3`, { text: 'hi all' })
  await ana.post('/v1/rooms', { name: 'ops' })
  await ana.put('/v1/rooms/general/members/me')
  await ana.delete(`${messages}/3`)
  expect((await ana.patch('/v1/rooms/ops', { title: 'Ops' })).json().detail).toMatch(
    /^Too many changes: 5 at once, then 1 an hour\. Try again in 3\d{3} s\.$/
  )
})

test('a send that was refused for its pace has its effect when it is repeated with the same key', async () => {
  const { app, store, ana } = await limited({ send: { burst: 1, perSecond: slow } })
  const once = { 'idempotency-key': 'build-118' }
  const sent = await ana.post(messages, { text: 'hi' }, once)
  expect((await ana.post(messages, { text: 'hi' }, once)).statusCode).toBe(429)
  // What has come back to the bucket is as good as a server that has just begun.
  const later = Fastify(chatServerOptions)
  onTestFinished(() => later.close())
  await later.register(chatServer, { store, bus: new LocalBus(), limits: noRateLimits })
  const { headers, body } = await later.inject({
    method: 'POST',
    url: messages,
    payload: { text: 'hi' },
    headers: { ...ana.headers, ...once }
  })
  expect([headers['idempotency-replayed'], body]).toEqual(['true', sent.body])
  expect(app).not.toBe(later)
})

test('reads have a bucket of their own', async () => {
  const { ana, luis } = await limited({ reads: { burst: 2, perSecond: slow } })
  expect((await ana.get('/v1/rooms')).headers.ratelimit).toBe('"reads";r=1')
  expect((await ana.ask('HEAD', '/v1/rooms')).statusCode).toBe(200)
  expect((await ana.get(messages)).json().detail).toMatch(/^Too many requests: 2 at once/)
  expect((await ana.post(messages, { text: 'hi' })).headers.ratelimit).toBeUndefined()
  expect((await luis.get(messages)).statusCode).toBe(200)
})

test('names are limited by address, an IPv6 one by its network', async () => {
  const { store } = await openApp()
  const app = Fastify({ ...chatServerOptions, trustProxy: '127.0.0.1' })
  onTestFinished(() => app.close())
  await app.register(chatServer, { store, bus: new LocalBus(), limits: { register: { burst: 1, perSecond: slow } } })
  const register = async (name: string, from: string) =>
    (await app.inject({ method: 'POST', url: '/v1/users', payload: { name }, headers: { 'x-forwarded-for': from } })).json()
  expect(await register('a1', '203.0.113.9')).toHaveProperty('token')
  expect((await register('a2', '203.0.113.9')).detail).toMatch(/^Too many new names from your address: 1 at once, then 1 an hour/)
  expect(await register('a3', '203.0.113.10')).toHaveProperty('token')
  expect(await register('a4', '2001:db8:1:2::1')).toHaveProperty('token')
  expect(await register('a5', '2001:db8:1:2:ffff::9')).toMatchObject({ code: 'rate-limited' })
  expect(await register('a6', '2001:db8:1:3::1')).toHaveProperty('token')
})

describe('signing in', () => {
  const guesses = async (signin: RateLimits['signin']) => {
    const { store } = await openApp()
    const app = Fastify({ ...chatServerOptions, trustProxy: '127.0.0.1' })
    onTestFinished(() => app.close())
    const limits = { ...noRateLimits, signin }
    await app.register(chatServer, { store, bus: new LocalBus(), limits, passwords: { cost: cheap } })
    return (payload: object, from = '203.0.113.9') =>
      app.inject({ method: 'POST', url: '/v1/sessions', payload, headers: { 'x-forwarded-for': from } })
  }
  const guess = (name: string) => ({ name, password: 'letmein-123' })

  test('is limited under each name from each address, whether or not somebody is called so', async () => {
    const post = await guesses({ burst: 2, perSecond: slow })
    for (const name of ['ana', 'nobody']) {
      expect((await post(guess(name))).headers.ratelimit).toBe('"signin";r=1')
      expect((await post(guess(name.toUpperCase()))).statusCode).toBe(401)
      const refused = await post(guess(name))
      expect(refused.statusCode).toBe(429)
      expect(refused.json().detail).toMatch(/^Too many attempts to sign in: 2 at once, then 1 an hour\./)
      expect(refused.headers['retry-after']).toBeDefined()
    }
    expect((await post(guess('ana'), '203.0.113.10')).statusCode).toBe(401)
  })

  test('is limited for each address, with codes too', async () => {
    const post = await guesses({ burst: 1, perSecond: slow })
    const answers = []
    for (let n = 0; n < 7; n++) answers.push((await post(n % 2 ? guess(`name${n}`) : { code: `K7QF${n}` })).statusCode)
    expect(answers).toEqual([401, 401, 401, 401, 401, 401, 429])
    expect((await post(guess('other'), '203.0.113.10')).statusCode).toBe(401)
  })

  test('counts who guesses a password with a token, and nobody who reads', async () => {
    const { ana } = await limited({ signin: { burst: 2, perSecond: slow } })
    const set = (current?: string) => ana.put('/v1/users/me/password', { password: 'correct horse', current })
    expect((await set()).statusCode).toBe(204)
    expect((await set('guess')).statusCode).toBe(403)
    expect((await set('correct horse')).statusCode).toBe(429)
    expect((await ana.get('/v1/users/me')).statusCode).toBe(200)
  })
})

describe('open streams', () => {
  const follow = (url: string, headers: Record<string, string>, accept = 'text/event-stream') =>
    fetch(`${url}/v1/rooms/general/events`, { headers: { ...headers, accept } })

  test('are counted for each user, and one that ends makes room', async () => {
    const { app, ana, luis } = await limited({ streams: 2 })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const [first, second] = [await follow(url, ana.headers), await follow(url, ana.headers, 'application/x-ndjson')]
    expect([first.status, second.status]).toEqual([200, 200])
    const refused = await follow(url, ana.headers)
    expect(refused.status).toBe(429)
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '5',
      'ratelimit-policy': '"streams";q=2',
      ratelimit: '"streams";r=0'
    })
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('You have 2 streams open') })
    expect((await follow(url, luis.headers)).status).toBe(200)
    expect((await ana.get(messages)).statusCode).toBe(200)
    await first.body?.cancel()
    while ((await follow(url, ana.headers)).status !== 200);
  })

  test('so are requests that wait for events, however many come at once, until they are answered', async () => {
    const { app, ana, luis } = await limited({ streams: 2 })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const ask = (path: string, prefer: string) => fetch(`${url}${path}`, { headers: { ...ana.headers, prefer } })
    const [one, several] = ['/v1/rooms/general/events?after=now', '/v1/events?after=general:now']
    const refused: Response[] = []
    const answered: Response[] = []
    const answers = Array.from({ length: 30 }, async (_, n) => {
      const answer = await ask(n % 2 ? one : several, 'wait=60')
      ;(answer.status === 429 ? refused : answered).push(answer)
    })
    await vi.waitFor(() => expect(refused).toHaveLength(28), 20_000)
    expect(answered).toHaveLength(0)
    expect([refused[0]?.headers.get('retry-after'), refused[0]?.headers.get('preference-applied')]).toEqual(['5', null])
    expect(await refused[0]?.json()).toMatchObject({ code: 'rate-limited', detail: expect.stringContaining('wait for events') })
    expect((await follow(url, ana.headers)).status).toBe(429)
    expect((await ask(one, 'wait=0')).status).toBe(200)
    expect((await ask('/v1/rooms/general/events?after=0', 'respond-async')).status).toBe(200)
    expect((await follow(url, luis.headers)).status).toBe(200)
    await luis.post(messages, { text: 'hi' })
    await Promise.all(answers)
    expect(answered.map(({ status }) => status)).toEqual([200, 200])
    expect(await Promise.all(answered.map((answer) => answer.text()))).toContainEqual(expect.stringContaining('"text":"hi"'))
    expect((await follow(url, ana.headers)).status).toBe(200)
  })
})

test('a limit comes after who asks and before what was sent', async () => {
  const { app, ana } = await limited({ send: { burst: 1, perSecond: slow } })
  await ana.post(messages, { text: 'hi' })
  const code = async (headers: Record<string, string>) =>
    (
      await app.inject({
        method: 'POST',
        url: messages,
        headers: { 'content-type': 'application/xml', ...headers },
        payload: '{'
      })
    ).json().code
  expect(await code({ authorization: 'Bearer nonsense' })).toBe('unauthorized')
  expect(await code(ana.headers)).toBe('rate-limited')
})

test('the limits in force are told to everybody', async () => {
  const { app } = await openApp({ limits: { send: null, streams: 3 } })
  const reply = await app.inject('/v1/limits')
  expect(reply.json()).toMatchObject({
    rates: { send: null, reads: { burst: 100, perSecond: 50 }, register: { burst: 60, perSecond: 1 }, streams: 3 },
    sizes: { textCharsMax: 4_000, bodyBytesMax: 65_536 },
    pages: { historyLimitDefault: 50, historyLimitMax: 200, eventsLimitMax: 500, pageBytesMax: 262_144 }
  })
})
