import { Type } from '@sinclair/typebox'
import Fastify, { type FastifyInstance, type FastifyRequest, type FastifyServerOptions } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ChatServerOptions, chatServer } from '../src/app.ts'
import { LocalBus } from '../src/buses/local.ts'
import { openApp } from './support/open-app.ts'

const messages = '/chat/v1/rooms/general/messages'
const host = { host: 'localhost' }

/** An app whose users are who they say they are, with a chat under /chat. */
async function openHost(
  options: Partial<ChatServerOptions> = {},
  before = (_app: FastifyInstance) => {},
  own: FastifyServerOptions = {}
) {
  const { store } = await openApp()
  const told: string[] = []
  const app = Fastify(own)
  onTestFinished(() => app.close())
  before(app)
  await app.register(chatServer, {
    prefix: '/chat',
    store,
    bus: new LocalBus(),
    tell: (happening: string) => void told.push(happening),
    authenticate: async ({ headers }: FastifyRequest) =>
      headers['x-user'] === undefined ? null : { name: String(headers['x-user']) },
    ...options
  })
  const as = (name: string) => ({
    ...host,
    'x-user': encodeURIComponent(name) === name ? name : Buffer.from(name).toString('latin1')
  })
  return { app, store, told, as }
}

describe('with the users of another app', () => {
  test('who is new becomes a user, once', async () => {
    const { app, as, told } = await openHost()
    const sent = await Promise.all(
      Array.from({ length: 5 }, () =>
        app.inject({ method: 'POST', url: messages, headers: as('marta'), payload: { text: 'hi' } })
      )
    )
    expect(sent.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201, 201, 201])
    expect(sent[0]?.json()).toMatchObject({ author: { name: 'marta', kind: 'person' } })
    expect(told).toEqual(['marta registered', 'marta joined general'])
    expect((await app.inject({ url: '/chat/v1/users/me', headers: as('marta') })).json()).toMatchObject({ name: 'marta' })
  })

  test('a bot is one from the beginning', async () => {
    const { app, as } = await openHost({ authenticate: async () => ({ name: 'ci', kind: 'bot' }) })
    expect((await app.inject({ url: '/chat/v1/users/me', headers: as('ci') })).json()).toMatchObject({ name: 'ci', kind: 'bot' })
  })

  test('whom the one who runs the chat has disabled takes no part, though that app knows them', async () => {
    const { app, as, store } = await openHost()
    const ask = () => app.inject({ url: '/chat/v1/users/me', headers: as('marta') })
    expect((await ask()).statusCode).toBe(200)
    const user = (await store.user('marta'))?.id as number
    await store.commit([{ kind: 'disable-user', user, disabled: true, atMs: 0 }])
    expect((await ask()).json()).toMatchObject({ status: 403, code: 'not-allowed', detail: expect.stringContaining('marta') })
    await store.commit([{ kind: 'disable-user', user, disabled: false, atMs: 0 }])
    expect((await ask()).statusCode).toBe(200)
  })

  test('there is no other way to sign in, nor anything that would make one', async () => {
    const { app, as } = await openHost()
    for (const [method, url] of [
      ['POST', '/v1/users'],
      ['POST', '/v1/sessions'],
      ['DELETE', '/v1/sessions/current'],
      ['POST', '/v1/links'],
      ['GET', '/v1/tokens'],
      ['POST', '/v1/tokens'],
      ['POST', '/v1/bots'],
      ['GET', '/v1/invites'],
      ['POST', '/v1/invites'],
      ['POST', '/v1/invites/lookup'],
      ['PUT', '/v1/users/me/password']
    ] as const) {
      const reply = await app.inject({ method, url: `/chat${url}`, headers: as('marta'), payload: {} })
      expect(reply.json(), url).toMatchObject({ code: 'not-found' })
    }
  })

  test('who is not signed in there is told so, and what a token says counts for nothing', async () => {
    const { app, store } = await openHost()
    expect(store).toBeDefined()
    const reply = await app.inject({ url: '/chat/v1/rooms', headers: { ...host, authorization: 'Bearer tt_x' } })
    expect(reply.statusCode).toBe(401)
    expect(reply.headers['www-authenticate']).toBe('Session realm="Tertulia"')
    expect(reply.json()).toMatchObject({
      type: '/chat/problems/unauthorized',
      detail: expect.stringContaining('Sign in to the application')
    })
  })

  test.each([
    ['admin', /^You cannot take part as “admin”: a name .+\.$/],
    ['two words', /^You cannot take part as “two words”: a name .+\.$/],
    ['Ana', /^You cannot take part as “Ana”: somebody here has almost the same name\.$/]
  ])('“%s” cannot be a name here, and is told so', async (name, detail) => {
    const { app } = await openHost({ authenticate: async () => ({ name }) })
    const reply = await app.inject({ url: '/chat/v1/rooms', headers: host })
    expect(reply.json()).toMatchObject({ status: 403, code: 'not-allowed', detail: expect.stringMatching(detail) })
  })

  test('nobody registers', async () => {
    const { app } = await openHost()
    const reply = await app.inject({ method: 'POST', url: '/chat/v1/users', headers: host, payload: { name: 'luis' } })
    expect(reply.json()).toMatchObject({ status: 404, code: 'not-found' })
  })

  test('a failure of its sign-in is a failure of the server', async () => {
    const { app } = await openHost({
      authenticate: async () => {
        throw new Error('the directory of users is down')
      }
    })
    const reply = await app.inject({ url: '/chat/v1/rooms', headers: host })
    expect(reply.json()).toMatchObject({ status: 500, code: 'internal' })
    expect(reply.body).not.toContain('directory')
  })
})

describe('under a prefix', () => {
  test('every address in an answer begins with it', async () => {
    const { app, as } = await openHost()
    const headers = as('marta')
    const send = () => app.inject({ method: 'POST', url: messages, headers, payload: { text: 'hi' } })
    expect((await send()).headers.location).toBe(`${messages}/3`)
    await send()
    expect((await app.inject({ url: `${messages}?limit=1`, headers })).headers.link).toBe(
      `<${messages}?limit=1&before=4>; rel="prev"`
    )
    const spelled = await app.inject({ url: '/chat/v1/rooms/General/messages?limit=1', headers })
    expect([spelled.statusCode, spelled.headers.location]).toEqual([308, `${messages}?limit=1`])
    const room = await app.inject({ method: 'POST', url: '/chat/v1/rooms', headers, payload: { name: 'ops' } })
    expect(room.headers.location).toBe('/chat/v1/rooms/ops')
    expect((await app.inject({ url: '/chat/nothing', headers })).json().type).toBe('/chat/problems/not-found')
    expect((await app.inject({ url: `${messages}/999`, headers })).json().type).toBe('/chat/problems/message-not-found')
    expect((await app.inject({ method: 'POST', url: messages, headers, payload: '{' })).json().type).toMatch(
      /^\/chat\/problems\//
    )
    for (const path of ['health/ready', 'health/live', 'metrics', 'v1/limits']) {
      expect((await app.inject({ url: `/chat/${path}`, headers })).statusCode, path).toBe(200)
    }
  })
})

describe('the app around it', () => {
  test('keeps its own errors, its own 404, its own bodies, and has none of our headers', async () => {
    const { app } = await openHost({}, (own) => {
      own.post('/echo', async (request) => request.body)
      own.get('/fail', async () => {
        throw Object.assign(new Error('of the host'), { statusCode: 418 })
      })
      own.setNotFoundHandler((_request, reply) => reply.code(404).send('nothing of the host'))
    })
    const strange = { host: 'elsewhere.example.com', origin: 'https://else.example.com', 'sec-fetch-site': 'cross-site' }
    const echo = await app.inject({
      method: 'POST',
      url: '/echo',
      headers: { ...strange, 'content-type': 'text/plain' },
      payload: 'hi'
    })
    expect([echo.statusCode, echo.body]).toEqual([200, 'hi'])
    expect(echo.headers['x-content-type-options']).toBeUndefined()
    expect((await app.inject('/fail')).json()).toEqual({ statusCode: 418, error: "I'm a Teapot", message: 'of the host' })
    expect((await app.inject('/nothing')).body).toBe('nothing of the host')
    expect((await app.inject({ method: 'DELETE', url: '/echo' })).body).toBe('nothing of the host')
    expect((await app.inject('/v1/rooms')).body).toBe('nothing of the host')
    expect((await app.inject('/chat/metrics')).body).not.toContain('/echo')
  })

  test('may have schemas, decorators and compilers of the same names', async () => {
    const { app, as } = await openHost({}, (own) => {
      own.addSchema({ $id: 'Message', type: 'string' })
      own.addSchema(Type.Object({ login: Type.String() }, { $id: 'User' }))
      own.decorateRequest('user', null)
      own.decorateRequest('credentials', null)
      own.setValidatorCompiler(() => () => ({ error: new Error('the host knows better') }))
      own.setSerializerCompiler(() => () => 'of the host')
      own.setErrorHandler((_error, _request, reply) => reply.send('of the host'))
      own.setSchemaErrorFormatter(() => new Error('of the host'))
    })
    const sent = await app.inject({ method: 'POST', url: messages, headers: as('marta'), payload: { text: 'hi' } })
    expect(sent.json()).toMatchObject({ id: 3, text: 'hi' })
    const refused = await app.inject({ method: 'POST', url: messages, headers: as('marta'), payload: { text: 7 } })
    expect(refused.json()).toMatchObject({ status: 422, errors: [{ pointer: '#/text', detail: 'must be a string' }] })
  })

  test('that closes tells readers to come back', async () => {
    let drained = 0
    const { app, as } = await openHost({ onDrained: (readers) => (drained = readers) })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const reply = await fetch(`${url}/chat/v1/rooms/general/events`, {
      headers: { 'x-user': as('marta')['x-user'], accept: 'text/event-stream' }
    })
    const [text] = await Promise.all([reply.text(), app.close()])
    expect(text).toContain('event: goodbye')
    expect(drained).toBe(1)
  })
})
