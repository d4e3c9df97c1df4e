import { expect, test } from 'vitest'
import { openApp, openAppForAll } from '../support/open-app.ts'

const shared = openAppForAll()

test('general is there from the start', async () => {
  const { ana } = await openApp()
  const reply = await ana.get('/v1/rooms')
  expect(reply.statusCode).toBe(200)
  expect(reply.json().rooms).toMatchObject([{ name: 'general', visibility: 'public', archived: false, head: 1, role: null }])
})

test('who makes a room owns it', async () => {
  const { ana, luis, told } = await openApp()
  const reply = await ana.post('/v1/rooms', { name: 'café', title: 'Café ☕' })
  expect(reply.statusCode).toBe(201)
  expect(reply.headers.location).toBe('/v1/rooms/caf%C3%A9')
  expect(reply.json()).toMatchObject({ name: 'café', title: 'Café ☕', visibility: 'public', archived: false, rev: 1 })
  expect(told).toEqual(expect.arrayContaining(['ana created café', 'ana joined café']))

  const seen = await luis.get('/v1/rooms/caf%C3%A9')
  expect(seen.json()).toEqual(reply.json())
})

test('a name in use is refused, a bad one with the reason', async () => {
  const { ana } = await openApp()
  expect((await ana.post('/v1/rooms', { name: 'General' })).json()).toMatchObject({ status: 409, code: 'name-taken' })
  const { errors } = (await ana.post('/v1/rooms', { name: 'a b', visibility: 'secret' })).json()
  expect(errors).toEqual([{ pointer: '#/visibility', detail: 'must be one of: public, private' }])
  expect((await ana.post('/v1/rooms', { name: 'a b' })).json().errors[0].pointer).toBe('#/name')
  expect((await ana.post('/v1/rooms', { name: 'ops', title: 'a\u0000b' })).json().errors[0].pointer).toBe('#/title')
})

test('a private room is not there for outsiders, with the words of a room that is not there', async () => {
  const { ana, luis } = await openApp()
  await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
  const asked = ['', '/members', '/messages', '/messages/1', '/events']
  for (const path of asked) {
    const headers = { accept: path === '/events' ? 'text/event-stream' : '*/*' }
    const answers = [await luis.get(`/v1/rooms/secret${path}`, headers), await luis.get(`/v1/rooms/absent${path}`, headers)]
    const [hidden, absent] = answers.map((reply) => ({
      ...reply.json(),
      instance: '',
      detail: reply.json().detail.replace(/secret|absent/, '')
    }))
    expect(hidden).toMatchObject({ status: 404, code: 'room-not-found' })
    expect(hidden).toEqual(absent)
  }
  expect((await luis.post('/v1/rooms/secret/messages', { text: 'hi' })).json().code).toBe('room-not-found')
  expect((await luis.get('/v1/rooms')).json().rooms).toHaveLength(1)
  expect((await ana.get('/v1/rooms')).json().rooms).toMatchObject([{ name: 'general' }, { name: 'secret', role: 'owner' }])
})

test('another spelling of a name leads to the room, whatever is asked of it', async () => {
  const { ana } = await openApp()
  const asked = [
    ['GET', '/v1/rooms/GENERAL', '/v1/rooms/general'],
    ['GET', '/v1/rooms/General/messages?limit=2&before=9', '/v1/rooms/general/messages?limit=2&before=9'],
    ['POST', '/v1/rooms/General/messages', '/v1/rooms/general/messages'],
    ['DELETE', '/v1/rooms/General/messages/7', '/v1/rooms/general/messages/7'],
    ['PUT', '/v1/rooms/%EF%BD%87eneral/members/me', '/v1/rooms/general/members/me']
  ] as const
  for (const [method, url, location] of asked) {
    const reply = await ana.ask(method, url, method === 'POST' ? { text: 'hi' } : undefined)
    expect([url, reply.statusCode, reply.headers.location]).toEqual([url, 308, location])
  }
})

test.each(['/v1/rooms/', '/v1/rooms/general%00', '/v1/rooms/a%20b', `/v1/rooms/${'%C3%B1'.repeat(200)}`])(
  '%s names no room',
  async (url) => {
    const { ana } = shared()
    expect((await ana.get(url)).json()).toMatchObject({ status: 404, code: 'room-not-found' })
  }
)

test('an owner changes a room against its version; others may not, and a stale version shows the present one', async () => {
  const { ana, luis, told } = await openApp()
  const made = await ana.post('/v1/rooms', { name: 'ops' })
  const etag = String(made.headers.etag)
  const changed = await ana.patch('/v1/rooms/ops', { title: 'Ops', archived: true }, { 'if-match': etag })
  expect(changed.statusCode).toBe(200)
  expect(changed.json()).toMatchObject({ name: 'ops', title: 'Ops', archived: true, rev: 3 })
  expect(told).toContain('ana changed ops')
  const seen = await luis.get('/v1/rooms/ops', { 'if-none-match': etag })
  expect([seen.statusCode, seen.headers.etag]).toEqual([200, changed.headers.etag])
  expect((await luis.get('/v1/rooms/ops', { 'if-none-match': String(seen.headers.etag) })).statusCode).toBe(304)

  const stale = await ana.patch('/v1/rooms/ops', { title: 'Late' }, { 'if-match': etag })
  expect(stale.json()).toMatchObject({ status: 412, code: 'stale', current: { title: 'Ops', rev: 3 } })
  expect(stale.headers.etag).toBe(changed.headers.etag)
  expect((await luis.patch('/v1/rooms/ops', { title: 'Mine' })).json()).toMatchObject({ status: 403, code: 'not-allowed' })
  expect((await ana.patch('/v1/rooms/ops', { archived: false })).json()).toMatchObject({ archived: false, title: 'Ops' })
})

test('a change must change something that can be changed', async () => {
  const { ana } = await openApp()
  await ana.post('/v1/rooms', { name: 'ops' })
  const pointers = async (changes: object) => (await ana.patch('/v1/rooms/ops', changes)).json().errors[0].pointer
  expect(await pointers({ name: 'dev' })).toBe('#/name')
  expect(await pointers({ title: 'a\u0000b' })).toBe('#/title')
  expect((await ana.patch('/v1/rooms/ops', {})).json()).toMatchObject({
    status: 422,
    errors: [{ pointer: '#', detail: 'must have at least one of these members: title, visibility, archived, retainDays' }]
  })
})
