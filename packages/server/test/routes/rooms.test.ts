import { expect, test } from 'vitest'
import { openApp } from '../support/open-app.ts'

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
  expect(reply.json()).toMatchObject({ name: 'café', title: 'Café ☕', visibility: 'public', head: 2, role: 'owner' })
  expect(told).toEqual(expect.arrayContaining(['ana created café', 'ana joined café']))

  const seen = await luis.get('/v1/rooms/caf%C3%A9')
  expect(seen.json()).toMatchObject({ name: 'café', role: null })
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
  expect((await ana.get('/v1/rooms/secret')).json().role).toBe('owner')
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
    const { ana } = await openApp()
    expect((await ana.get(url)).json()).toMatchObject({ status: 404, code: 'room-not-found' })
  }
)
