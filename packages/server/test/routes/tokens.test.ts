import type { IssuedToken, NewToken, SignedIn } from '@tertulia/protocol'
import { describe, expect, test, vi } from 'vitest'
import { Guest, type OpenedApp, openApp } from '../support/open-app.ts'

const tokens = '/v1/tokens'

/** Whoever bears this token. */
const bearer = ({ app, ana }: OpenedApp, token: string) => new Guest(app, { user: { name: ana.name }, token })

async function make(opened: OpenedApp, wanted: NewToken): Promise<Guest & { id: number }> {
  const reply = await opened.ana.post(tokens, wanted)
  expect(reply.statusCode, reply.body).toBe(201)
  const { id, token } = reply.json<IssuedToken>()
  return Object.assign(bearer(opened, token), { id })
}

test('a token is made with a name, shown once, listed, used and ended', async () => {
  const opened = await openApp()
  const { ana } = opened
  const made = await ana.post(tokens, {
    name: 'nightly',
    scope: 'read',
    rooms: ['general'],
    expiresAt: '2100-01-01T02:00:00+02:00'
  })
  expect(made.statusCode).toBe(201)
  const { token, ...shown } = made.json<IssuedToken>()
  expect(made.headers).toMatchObject({ location: `/v1/tokens/${shown.id}`, 'cache-control': 'no-store' })
  expect(token).toMatch(/^tt_[\w-]{43}$/)
  expect(shown).toMatchObject({ name: 'nightly', scope: 'read', rooms: ['general'], expiresAt: '2100-01-01T00:00:00.000Z' })
  expect((await ana.get(tokens)).json()).toEqual({ tokens: [shown] })
  const program = bearer(opened, token)
  expect((await program.get('/v1/users/me')).json().name).toBe('ana')
  expect((await ana.delete(`${tokens}/${shown.id}`)).statusCode).toBe(204)
  expect((await program.get('/v1/users/me')).statusCode).toBe(401)
  expect((await ana.delete(`${tokens}/${shown.id}`)).json()).toMatchObject({ code: 'token-not-found' })
  expect((await ana.get(tokens)).json()).toEqual({ tokens: [] })
})

test('a token for a program gives nobody a room, which would stay theirs when it has ended', async () => {
  const opened = await openApp()
  await opened.ana.post('/v1/rooms', { name: 'builds' })
  const program = await make(opened, { name: 'ci', rooms: ['builds'] })
  const luis = '/v1/rooms/builds/members/luis'
  for (const role of ['owner', 'moderator']) {
    expect((await program.put(luis, { role })).json()).toMatchObject({ status: 403, code: 'token-scope' })
  }
  expect((await program.put(luis, { role: 'member' })).statusCode).toBe(201)
  expect((await opened.ana.put(luis, { role: 'owner' })).statusCode).toBe(200)
})

test('tokens come in pages, by name', async () => {
  const opened = await openApp()
  for (const name of ['c', 'A', 'b']) await make(opened, { name })
  const first = await opened.ana.get(`${tokens}?limit=2`)
  expect(first.json().tokens.map(({ name }: IssuedToken) => name)).toEqual(['A', 'b'])
  const next = /<(.+)>; rel="next"/.exec(String(first.headers.link))?.[1] ?? ''
  const second = await opened.ana.get(next)
  expect(second.json().tokens.map(({ name }: IssuedToken) => name)).toEqual(['c'])
  expect(second.headers.link).toBeUndefined()
})

test.each<[object, string]>([
  [{}, '#/name'],
  [{ name: '' }, '#/name'],
  [{ name: 'x'.repeat(65) }, '#/name'],
  [{ name: '\u200b' }, '#/name'],
  [{ name: 'a\nb' }, '#/name'],
  [{ name: '\ufdfa'.repeat(64) }, '#/name'],
  [{ name: 'n', scope: 'admin' }, '#/scope'],
  [{ name: 'n', rooms: [] }, '#/rooms'],
  [{ name: 'n', rooms: 'general' }, '#/rooms'],
  [{ name: 'n', rooms: Array(101).fill('general') }, '#/rooms'],
  [{ name: 'n', expiresAt: 'tomorrow' }, '#/expiresAt'],
  [{ name: 'n', expiresAt: '2020-01-01T00:00:00Z' }, '#/expiresAt'],
  [{ name: 'n', expiresAt: 7 }, '#/expiresAt'],
  [{ name: 'n', kind: 'session' }, '#/kind']
])('%j makes no token', async (wanted, pointer) => {
  const { ana } = await openApp()
  const reply = await ana.post(tokens, wanted)
  expect(reply.statusCode).toBe(422)
  expect(reply.json()).toMatchObject({ code: 'invalid-body', errors: [{ pointer }] })
})

test('a name that is taken, a room that is not there and a bot of somebody else are told', async () => {
  const opened = await openApp()
  const { ana, luis } = opened
  await make(opened, { name: 'nightly' })
  await luis.post('/v1/rooms', { name: 'secret', visibility: 'private' })
  await luis.post('/v1/bots', { name: 'ci' })
  expect((await ana.post(tokens, { name: 'Nightly' })).json()).toMatchObject({
    status: 409,
    code: 'name-taken',
    detail: expect.stringContaining('a token “Nightly”')
  })
  expect((await ana.post(tokens, { name: 'n', rooms: ['general', 'secret'] })).json()).toMatchObject({
    status: 404,
    code: 'room-not-found',
    detail: expect.stringContaining('secret')
  })
  expect((await ana.post(tokens, { name: 'n', bot: 'ci' })).json()).toMatchObject({ status: 404, code: 'user-not-found' })
  expect((await ana.get(`${tokens}?bot=ci`)).json()).toMatchObject({ status: 404, code: 'user-not-found' })
  for (const id of ['0', 'x', '9'.repeat(17), '4000']) {
    expect((await ana.delete(`${tokens}/${id}`)).json(), id).toMatchObject({ status: 404, code: 'token-not-found' })
  }
})

test('a token counts until its time is over', async () => {
  let nowMs = Date.UTC(2026, 10, 23, 10)
  const opened = await openApp({ now: () => nowMs })
  const program = await make(opened, { name: 'nightly', expiresAt: '2026-11-23T10:00:01Z' })
  expect((await program.get('/v1/users/me')).statusCode).toBe(200)
  nowMs += 1_000
  const reply = await program.get('/v1/users/me')
  expect(reply.statusCode).toBe(401)
  expect(reply.headers['www-authenticate']).toContain('error="invalid_token"')
})

test('a bot is made with a token, and its owner makes others for it', async () => {
  const opened = await openApp()
  const { ana, app, told } = opened
  const made = await ana.post('/v1/bots', { name: 'ci' })
  expect(made.statusCode).toBe(201)
  expect(made.headers.location).toBe('/v1/users/ci')
  const { user, token } = made.json()
  expect(user).toMatchObject({ name: 'ci', kind: 'bot' })
  expect(told).toContain('ana made the bot ci')
  const ci = new Guest(app, { user, token })
  const sent = await ci.post('/v1/rooms/general/messages', { text: 'build 118 passed' })
  expect(sent.json().author).toEqual({ name: 'ci', kind: 'bot' })
  expect((await ana.get('/v1/bots')).json()).toEqual({ bots: [user] })
  const other = (await ana.post(tokens, { bot: 'ci', name: 'nightly', scope: 'read' })).json<IssuedToken>()
  expect((await bearer(opened, other.token).get('/v1/users/me')).json()).toMatchObject(user)
  const listed = (await ana.get(`${tokens}?bot=CI`)).json().tokens
  expect(listed.map(({ name }: IssuedToken) => name)).toEqual(['first', 'nightly'])
  expect((await ana.get(tokens)).json().tokens).toEqual([])
  expect((await ana.delete(`${tokens}/${listed[0].id}`)).statusCode).toBe(204)
  expect((await ci.get('/v1/users/me')).statusCode).toBe(401)
  expect((await ana.post('/v1/bots', { name: 'LUIS' })).json()).toMatchObject({ code: 'name-taken' })
  expect((await ana.post('/v1/bots', { name: 'a b' })).json()).toMatchObject({ code: 'invalid-body' })
})

describe('what a token may', () => {
  /** ana owns ops and the private room secret; luis owns hidden, where ana is not. */
  async function openWithTokens() {
    const opened = await openApp()
    const { ana, luis } = opened
    await ana.post('/v1/rooms', { name: 'ops' })
    await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
    await luis.post('/v1/rooms', { name: 'hidden', visibility: 'private' })
    const id = (await ana.post('/v1/rooms/ops/messages', { text: 'hi' })).json().id
    return {
      id,
      session: ana,
      whole: await make(opened, { name: 'whole' }),
      read: await make(opened, { name: 'read', scope: 'read' }),
      bound: await make(opened, { name: 'bound', rooms: ['OPS'] }),
      least: await make(opened, { name: 'least', scope: 'read', rooms: ['ops', 'general'] })
    }
  }
  type Bearer = Exclude<keyof Awaited<ReturnType<typeof openWithTokens>>, 'id'>

  const pass = 'pass'
  const scope = '403 token-scope'
  const absent = '404 room-not-found'
  /** What each of them gets, in the order of the columns; `pass`: whatever it is that a session gets. */
  const columns: Bearer[] = ['whole', 'read', 'bound', 'least']
  const table: [asks: string, body: object | undefined, ...gets: string[]][] = [
    ['GET /v1/users/me', undefined, pass, pass, pass, pass],
    ['GET /v1/users/luis', undefined, pass, pass, pass, pass],
    ['GET /v1/rooms', undefined, pass, pass, pass, pass],
    ['HEAD /v1/rooms', undefined, pass, pass, pass, pass],
    ['POST /v1/rooms', { name: 'ops' }, pass, scope, scope, scope],
    ['GET /v1/rooms/ops', undefined, pass, pass, pass, pass],
    ['GET /v1/rooms/Ops', undefined, pass, pass, pass, pass],
    ['GET /v1/rooms/secret', undefined, pass, pass, scope, scope],
    ['GET /v1/rooms/SECRET', undefined, pass, pass, scope, scope],
    ['GET /v1/rooms/general', undefined, pass, pass, scope, pass],
    ['GET /v1/rooms/hidden', undefined, absent, absent, absent, absent],
    ['GET /v1/rooms/nowhere', undefined, absent, absent, absent, absent],
    ['PATCH /v1/rooms/ops', { title: 'Ops' }, pass, scope, pass, scope],
    ['PATCH /v1/rooms/secret', { title: 'Ops' }, pass, scope, scope, scope],
    ['PATCH /v1/rooms/hidden', { title: 'Ops' }, absent, absent, absent, absent],
    ['GET /v1/rooms/ops/members', undefined, pass, pass, pass, pass],
    ['GET /v1/rooms/secret/members', undefined, pass, pass, scope, scope],
    ['PUT /v1/rooms/ops/members/me', undefined, pass, scope, pass, scope],
    ['DELETE /v1/rooms/ops/members/luis', undefined, pass, scope, pass, scope],
    ['GET /v1/rooms/ops/messages', undefined, pass, pass, pass, pass],
    ['GET /v1/rooms/secret/messages', undefined, pass, pass, scope, scope],
    ['POST /v1/rooms/ops/messages', { text: 'hi' }, pass, scope, pass, scope],
    ['POST /v1/rooms/general/messages', { text: 'hi' }, pass, scope, scope, scope],
    ['POST /v1/rooms/hidden/messages', { text: 'hi' }, absent, absent, absent, absent],
    ['GET /v1/rooms/ops/messages/ID', undefined, pass, pass, pass, pass],
    ['PUT /v1/rooms/ops/messages/ID', { text: 'ho' }, pass, scope, pass, scope],
    ['PUT /v1/rooms/ops/read-marker', { upTo: 1 }, pass, scope, pass, scope],
    ['GET /v1/rooms/ops/export', undefined, pass, pass, pass, pass],
    ['GET /v1/rooms/secret/export', undefined, pass, pass, scope, scope],
    ['GET /v1/rooms/ops/events?after=0', undefined, pass, pass, pass, pass],
    ['GET /v1/rooms/secret/events?after=0', undefined, pass, pass, scope, scope],
    ['GET /v1/events?after=ops:0', undefined, pass, pass, pass, pass],
    ['GET /v1/events?after=ops:0,secret:0', undefined, pass, pass, scope, scope],
    ['GET /v1/events?after=secret:0,hidden:0', undefined, absent, absent, absent, absent],
    ['GET /v1/search?q=hi', undefined, pass, pass, pass, pass],
    ['GET /v1/search?q=hi&room=secret', undefined, pass, pass, scope, scope],
    ['GET /v1/search?q=hi&room=hidden', undefined, absent, absent, absent, absent],
    ['GET /v1/tokens', undefined, pass, pass, scope, scope],
    ['POST /v1/tokens', { name: 'more' }, scope, scope, scope, scope],
    [
      'POST /v1/tokens',
      { name: 'more', scope: 'read', rooms: ['ops'], expiresAt: '2100-01-01T00:00:00Z' },
      scope,
      scope,
      scope,
      scope
    ],
    ['DELETE /v1/tokens/4000', undefined, scope, scope, scope, scope],
    ['GET /v1/bots', undefined, pass, pass, scope, scope],
    ['GET /v1/invites', undefined, pass, pass, scope, scope],
    ['POST /v1/invites', { room: 'ops' }, scope, scope, scope, scope],
    ['DELETE /v1/invites/4000', undefined, scope, scope, scope, scope],
    ['POST /v1/bots', { name: 'luis' }, scope, scope, scope, scope],
    ['DELETE /v1/users/me', undefined, scope, scope, scope, scope],
    ['DELETE /v1/bots/nobody', undefined, scope, scope, scope, scope],
    ['POST /v1/links', {}, scope, scope, scope, scope],
    ['PUT /v1/users/me/password', { password: 'correct horse' }, scope, scope, scope, scope],
    ['DELETE /v1/rooms/ops/messages/4000', undefined, pass, scope, pass, scope]
  ]

  test('is told at every route', async () => {
    const given = await openWithTokens()
    const wrong: string[] = []
    for (const [asks, body, ...gets] of table) {
      const [method, path = ''] = asks.split(' ')
      const url = path.replace('ID', String(given.id))
      const outcome = async (who: Guest) => {
        const reply = await who.ask(method as 'GET', url, body)
        const problem = reply.statusCode < 400 || reply.body === '' ? '' : ` ${reply.json().code}`
        if (problem === ' token-scope') {
          expect(reply.headers['www-authenticate']).toBe('Bearer realm="Tertulia", error="insufficient_scope"')
        }
        return `${reply.statusCode}${problem}`
      }
      const bySession = gets.includes(pass) ? await outcome(given.session) : ''
      for (const [n, column] of columns.entries()) {
        const got = await outcome(given[column])
        const wanted = gets[n] === pass ? bySession : gets[n]
        if (got !== wanted) wrong.push(`${asks} with ${column}: ${got} instead of ${wanted}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('is known of every route: one that says nothing is closed to tokens that are bound', async () => {
    const { app } = await openApp()
    const document = (await app.inject('/openapi.json')).json() as { paths: Record<string, Record<string, { security?: [] }>> }
    const tried = new Set(table.map(([asks]) => asks.replace(/\?.*/, '').toLowerCase()))
    const isTried = (method: string, path: string) =>
      [...tried].some((asks) => new RegExp(`^${method} ${path.replace(/\{\w+\}/g, '[^/]+')}$`, 'i').test(asks))
    const untried = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { security }]) => security === undefined)
        .filter(([method]) => !isTried(method, path))
        .map(([method]) => `${method.toUpperCase()} ${path}`)
    )
    expect(untried).toEqual(['DELETE /v1/sessions/current'])
  })

  test('only its rooms are listed', async () => {
    const { bound, least, whole } = await openWithTokens()
    const namesOf = async (who: Guest, query = '') =>
      (await who.get(`/v1/rooms${query}`)).json().rooms.map(({ name }: { name: string }) => name)
    expect(await namesOf(whole)).toEqual(['general', 'ops', 'secret'])
    expect(await namesOf(bound)).toEqual(['ops'])
    expect(await namesOf(least)).toEqual(['general', 'ops'])
    expect(await namesOf(least, '?member=true')).toEqual(['ops'])
  })

  test('only its rooms are searched', async () => {
    const { session, bound, least, whole } = await openWithTokens()
    for (const room of ['general', 'secret']) await session.post(`/v1/rooms/${room}/messages`, { text: `hi ${room}` })
    const foundBy = async (who: Guest) => {
      const reply = await who.get('/v1/search?q=hi')
      return reply.json().messages.map(({ room }: { room: string }) => room)
    }
    await vi.waitFor(async () => expect(await foundBy(whole)).toEqual(['secret', 'general', 'ops']), { timeout: 30_000 })
    expect(await foundBy(bound)).toEqual(['ops'])
    expect(await foundBy(least)).toEqual(['general', 'ops'])
  })

  test('it says what it is for', async () => {
    const { bound, read, whole } = await openWithTokens()
    expect((await bound.get('/v1/rooms/secret')).json().detail).toBe('This token is for ops alone, not for secret.')
    expect((await read.post('/v1/rooms/ops/messages', { text: 'hi' })).json().detail).toBe(
      'This token may read, not write. Use another one.'
    )
    expect((await whole.post('/v1/links')).json().detail).toMatch(/^A token that was made for a program may not do that\./)
  })

  test('it ends itself, and nothing else that it did not come with', async () => {
    const { session, whole, read } = await openWithTokens()
    expect((await read.delete('/v1/sessions/current')).json()).toMatchObject({ code: 'token-scope' })
    expect((await whole.delete('/v1/sessions/current')).statusCode).toBe(204)
    expect((await whole.get('/v1/users/me')).statusCode).toBe(401)
    expect((await session.get('/v1/users/me')).statusCode).toBe(200)
  })
})

test('nothing that a token for a program made signs in once it has ended: it makes no token, no link, no bot and no password', async () => {
  const opened = await openApp()
  const { app, ana } = opened
  const bot = (await ana.post('/v1/bots', { name: 'ci' })).json<SignedIn>()
  for (const program of [await make(opened, { name: 'leaked' }), new Guest(app, bot)]) {
    const { id } = await make(opened, { name: 'other' })
    const asked: [method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object][] = [
      ['POST', tokens, { name: 'heir' }],
      ['POST', tokens, { name: 'heir', bot: 'ci' }],
      ['POST', '/v1/bots', { name: 'heir' }],
      ['POST', '/v1/links', {}],
      ['PUT', '/v1/users/me/password', { password: 'correct horse' }],
      ['DELETE', `${tokens}/${id}`]
    ]
    for (const [method, path, body] of asked) {
      const reply = await program.ask(method, path, body)
      expect([path, reply.statusCode, reply.json().code]).toEqual([path, 403, 'token-scope'])
    }
    expect((await ana.delete(`${tokens}/${id}`)).statusCode).toBe(204)
  }
  expect((await ana.get(tokens)).json().tokens.map(({ name }: IssuedToken) => name)).toEqual(['leaked'])
})

test('a session that is ended makes no token at the same moment', async () => {
  const { app, ana } = await openApp()
  const { code } = (await ana.post('/v1/links')).json()
  const lost = new Guest(app, (await app.inject({ method: 'POST', url: '/v1/sessions', payload: { code } })).json())
  const [set, made] = await Promise.all([
    ana.put('/v1/users/me/password', { password: 'correct horse' }),
    lost.post(tokens, { name: 'heir' })
  ])
  expect(set.statusCode).toBe(204)
  expect([201, 401]).toContain(made.statusCode)
  const names = (await ana.get(tokens)).json().tokens.map(({ name }: IssuedToken) => name)
  expect(names).toEqual(made.statusCode === 201 ? ['heir'] : [])
})
