import { once } from 'node:events'
import { request } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import Fastify from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Certificates, noCertificates } from '../../client/test/support/certificates.ts'
import { chatServer } from '../src/app.ts'
import { LocalBus } from '../src/buses/local.ts'
import { chatServerOptions } from '../src/root-options.ts'
import { type Store, StoreError, StoreReadError } from '../src/stores/store.ts'
import { openApp } from './support/open-app.ts'

const messages = '/v1/rooms/general/messages'

describe('a request with everything wrong is refused for one thing at a time:', () => {
  const wrong = {
    host: 'evil.example.com',
    origin: 'https://evil.example.com',
    'content-type': 'application/xml',
    authorization: 'Bearer nonsense'
  }
  const right = { host: 'localhost', origin: 'http://localhost', 'content-type': 'application/json' }

  test('host, path, method, origin, token, media type, syntax, shape, then the store', async () => {
    const { app, ana } = await openApp()
    const code = async (url: string, headers: Record<string, string>, payload = '{', method: 'POST' | 'PATCH' = 'POST') =>
      (await app.inject({ method, url, headers, payload })).json().code
    expect(await code('/nothing', wrong)).toBe('misdirected')
    const known = { ...wrong, host: right.host }
    expect(await code('/nothing', known)).toBe('not-found')
    expect(await code('/v1/rooms/absent/messages', known, '{', 'PATCH')).toBe('method-not-allowed')
    expect(await code('/v1/rooms/absent/messages', known)).toBe('origin-refused')
    expect(await code('/v1/rooms/absent/messages', { ...known, origin: right.origin })).toBe('unauthorized')
    const signedIn = { ...known, origin: right.origin, ...ana.headers }
    expect(await code('/v1/rooms/absent/messages', signedIn)).toBe('unsupported-media-type')
    expect(await code('/v1/rooms/absent/messages', { ...right, ...ana.headers })).toBe('invalid-json')
    expect(await code('/v1/rooms/absent/messages', { ...right, ...ana.headers }, '{}')).toBe('invalid-body')
    expect(await code('/v1/rooms/absent/messages', { ...right, ...ana.headers }, '{"text":"hi"}')).toBe('room-not-found')
  })
})

test('every request has an id of its own, which its problem names', async () => {
  const { app } = await openApp()
  const ids = await Promise.all(['/a', '/b', '/c'].map(async (url) => (await app.inject(url)).json().instance))
  expect(new Set(ids).size).toBe(3)
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-z]+$/)
})

describe('when the store cannot write', () => {
  test.each([
    ['storage-full', 507],
    ['storage-busy', 503],
    ['outcome-unknown', 504],
    ['storage-failed', 503]
  ] as const)('%s is %i, and says what became of the request', async (code, status) => {
    const { store, ana } = await openApp()
    store.commit = async () => {
      throw new StoreError(code, 'a path, an errno: for the log alone')
    }
    const reply = await ana.post(messages, { text: 'hi' })
    expect(reply.statusCode).toBe(status)
    expect(reply.json()).toMatchObject({ code })
    expect(reply.body).not.toContain('errno')
    expect((await ana.get(messages)).statusCode).toBe(200)
  })

  test('what cannot be read is 503 too, and nothing is said of writing', async () => {
    const { store, ana } = await openApp()
    store.history = async () => {
      throw new StoreReadError('a path, an errno: for the log alone')
    }
    const reply = await ana.get(`${messages}?limit=1`)
    expect(reply.statusCode).toBe(503)
    expect(reply.json()).toMatchObject({ code: 'storage-failed', detail: expect.stringContaining('cannot read its database') })
    expect(reply.body).not.toContain('errno')
  })

  test('what nobody foresaw is a plain 500 that gives nothing away', async () => {
    const { store, ana } = await openApp()
    store.commit = async () => {
      throw new TypeError('secret of the inside')
    }
    const reply = await ana.post(messages, { text: 'hi' })
    expect(reply.statusCode).toBe(500)
    expect(reply.json()).toMatchObject({ code: 'internal', title: 'Server error' })
    expect(reply.body).not.toContain('secret')
  })
})

test('while the server closes, what was accepted is finished and what comes is sent away', async () => {
  const { app, store, ana } = await openApp()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  let go = () => {}
  const committed = store.commit.bind(store)
  const arrived = new Promise<void>((resolve) => {
    store.commit = async (commands) => {
      resolve()
      await new Promise<void>((released) => {
        go = released
      })
      return committed(commands)
    }
  })
  const send = `POST ${messages} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${ana.headers.authorization}\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi`
  const accepted = connect(port, '127.0.0.1')
  accepted.write(send)
  await arrived
  const closed = app.close()
  accepted.write(send.replace('POST', 'PUT').replace(messages, `${messages}/3`)) // pipelined: it arrives while the server drains
  go()
  let answers = ''
  for await (const part of accepted) answers += part
  await closed
  const [first, second] = answers.split(/(?=HTTP\/1\.1 [0-9])/)
  expect(first).toMatch(/^HTTP\/1\.1 201 /)
  expect(second).toMatch(/^HTTP\/1\.1 503 /)
  expect(second).toMatch(/retry-after: 2/i)
  expect(second).toMatch(/connection: close/i)
})

describe('inside another app', () => {
  test('everything is under the prefix, addresses in answers too', async () => {
    const { app, ana } = await openApp({}, '/chat')
    expect((await app.inject('/chat/health/ready')).json()).toEqual({ status: 'ok', bus: 'up' })
    const sent = await ana.post(`/chat${messages}`, { text: 'hi' })
    expect(sent.headers.location).toBe(`/chat${messages}/3`)
    expect((await ana.get(`/chat${messages}?limit=1`)).headers.link).toBeUndefined()
    expect((await ana.get('/chat/v1/rooms/General')).headers.location).toBe('/chat/v1/rooms/general')
    const missing = await ana.get('/chat/nothing')
    expect(missing.json()).toMatchObject({ type: '/chat/problems/not-found', code: 'not-found' })
    expect((await ana.ask('PATCH', '/chat/v1/rooms')).headers.allow).toBe('GET, HEAD, OPTIONS, POST')
  })

  test('the rest of that app stays as it was', async () => {
    const { store } = await openApp()
    const app = Fastify()
    onTestFinished(() => app.close())
    app.post('/echo', async (request) => request.body)
    app.get('/fail', async () => {
      throw new Error('of the host')
    })
    await app.register(chatServer, { store, bus: new LocalBus(), prefix: '/chat' })
    const headers = { host: 'elsewhere.example.com', origin: 'https://else.example.com', 'content-type': 'text/plain' }
    expect((await app.inject({ method: 'POST', url: '/echo', headers, payload: 'hi' })).body).toBe('hi')
    expect((await app.inject('/fail')).json().message).toBe('of the host')
    expect((await app.inject('/nothing')).json().error).toBe('Not Found')
  })
})

test('the options of the root belong to any number of servers', () => {
  const [one, other] = [Fastify(chatServerOptions), Fastify(chatServerOptions)]
  expect(one.server).not.toBe(other.server)
})

test.skipIf(noCertificates())('they also make a server that speaks HTTPS', async () => {
  const certificates = new Certificates()
  onTestFinished(() => certificates.remove())
  const { cert, key } = certificates.make()
  const { store } = await openApp()
  const app = Fastify({
    ...chatServerOptions,
    serverFactory: (handler) => chatServerOptions.serverFactory(handler, { https: { cert, key } })
  })
  onTestFinished(() => app.close())
  await app.register(chatServer, { store, bus: new LocalBus() })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const sent = request({ host: '127.0.0.1', port, path: '/health/live', ca: cert, agent: false }).end()
  const [response] = await once(sent, 'response')
  response.resume()
  expect(response.statusCode).toBe(200)
})

describe('a store that does only what every store must do', () => {
  const optional: ReadonlySet<string | symbol> = new Set(['labUser', 'commitLab', 'onCommit', 'erasureOverdueMs'])
  const bare = (store: Store): Store =>
    new Proxy(store, {
      has: (whole, name) => !optional.has(name) && name in whole,
      get(whole, name) {
        const member: unknown = optional.has(name) ? undefined : Reflect.get(whole, name)
        return typeof member === 'function' ? member.bind(whole) : member
      }
    })
  const opened = async (lab2: boolean) => {
    const { store } = await openApp()
    const app = Fastify(chatServerOptions)
    onTestFinished(() => app.close())
    await app.register(chatServer, { store: bare(store), bus: new LocalBus(), lab2 })
    return app
  }

  test('is enough for a chat and its figures', async () => {
    const app = await opened(false)
    const { token } = (await app.inject({ method: 'POST', url: '/v1/users', payload: { name: 'marta' } })).json()
    const headers = { authorization: `Bearer ${token}` }
    expect((await app.inject({ method: 'POST', url: messages, headers, payload: { text: 'hi' } })).statusCode).toBe(201)
    expect((await app.inject({ url: '/metrics' })).body).toContain('tertulia_erasure_overdue_seconds 0')
  })

  test('cannot keep the users of the lab, and the server says so as it starts', async () => {
    await expect(opened(true)).rejects.toThrow('Start without lab2')
  })
})
