import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { openApp, openAppForAll } from '../support/open-app.ts'

const shared = openAppForAll()

const register = '/v1/users'

test('a name is taken with one request, which answers with its token', async () => {
  const { app, told } = await openApp()
  const reply = await app.inject({ method: 'POST', url: register, payload: { name: 'marta' } })
  expect(reply.statusCode).toBe(201)
  expect(reply.headers.location).toBe('/v1/users/marta')
  expect(reply.headers['cache-control']).toBe('no-store')
  const { user, token } = reply.json()
  expect(user).toEqual({
    name: 'marta',
    kind: 'person',
    admin: false,
    hasPassword: false,
    sessions: 1,
    createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/)
  })
  expect(token).toMatch(/^tt_[\w-]{43}$/)
  expect(told).toContain('marta registered')

  const me = await app.inject({ url: '/v1/users/me', headers: { authorization: `bearer ${token}` } })
  expect(me.statusCode).toBe(200)
  expect(me.json()).toEqual(user)
})

test('people see of themselves whether they have a password, on every device and at once', async () => {
  const { app, ana } = shared()
  const newcomer = { name: 'rosa', password: 'correct horse battery' }
  const reply = await app.inject({ method: 'POST', url: register, payload: newcomer })
  expect(reply.json().user).toMatchObject({ name: 'rosa', hasPassword: true })
  const session = await app.inject({ method: 'POST', url: '/v1/sessions', payload: newcomer })
  expect(session.json().user).toMatchObject({ name: 'rosa', hasPassword: true })

  expect((await ana.get('/v1/users/me')).json()).toMatchObject({ name: 'ana', hasPassword: false })
  await app.inject({
    method: 'PUT',
    url: '/v1/users/me/password',
    headers: ana.headers,
    payload: { password: newcomer.password }
  })
  expect((await ana.get('/v1/users/me')).json()).toMatchObject({ name: 'ana', hasPassword: true })
})

test('the store knows a token by its digest alone', async () => {
  const { store, ana } = await openApp()
  const token = ana.headers.authorization.replace('Bearer ', '')
  expect(await store.token(createHash('sha256').update(token).digest())).toMatchObject({ user: { name: 'ana' } })
})

test('a name in use is refused in every spelling', async () => {
  const { app } = await openApp()
  for (const name of ['ana', 'ANA', 'ａｎａ']) {
    const reply = await app.inject({ method: 'POST', url: register, payload: { name } })
    expect(reply.statusCode).toBe(409)
    expect(reply.json()).toMatchObject({ code: 'name-taken', detail: `The name “${name}” is taken. Choose another.` })
  }
})

test.each([
  ['me', 'must not be “me”, which is reserved'],
  ['a b', expect.stringContaining('has 1 to 32 characters')],
  ['x'.repeat(33), 'has 33 characters; the limit is 32'],
  ['', 'must not be empty'],
  ['аdmіn', expect.stringContaining('scripts')]
])('the name “%s” is refused with the reason', async (name, detail) => {
  const { app } = shared()
  const reply = await app.inject({ method: 'POST', url: register, payload: { name } })
  expect(reply.statusCode).toBe(422)
  expect(reply.json()).toMatchObject({ code: 'invalid-body', errors: [{ pointer: '#/name', detail }] })
})

test('a user is shown to others without what is theirs alone', async () => {
  const { luis } = await openApp()
  const reply = await luis.get('/v1/users/ana')
  expect(reply.statusCode).toBe(200)
  expect(Object.keys(reply.json())).toEqual(['name', 'kind', 'createdAt'])
})

test.each(['/v1/users/nobody', '/v1/users/ana%00', `/v1/users/${'x'.repeat(300)}`])('%s names nobody', async (url) => {
  const { ana } = shared()
  const reply = await ana.get(url)
  expect(reply.statusCode).toBe(404)
  expect(reply.json()).toMatchObject({ code: 'user-not-found' })
})

test('without a token, or with a wrong one, the answer says how to come by one', async () => {
  const { app } = await openApp()
  const none = await app.inject({ url: '/v1/users/me' })
  expect(none.statusCode).toBe(401)
  expect(none.headers['www-authenticate']).toBe('Bearer realm="Tertulia"')
  expect(none.json().detail).toContain('POST /v1/users')

  const wrong = await app.inject({ url: '/v1/users/me', headers: { authorization: 'Bearer tt_wrong' } })
  expect(wrong.statusCode).toBe(401)
  expect(wrong.headers['www-authenticate']).toBe('Bearer realm="Tertulia", error="invalid_token"')

  const other = await app.inject({ url: '/v1/users/me', headers: { authorization: 'Basic YW5hOmE=' } })
  expect(other.headers['www-authenticate']).toBe('Bearer realm="Tertulia"')
})
