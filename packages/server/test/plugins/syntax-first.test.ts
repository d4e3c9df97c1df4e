import { expect, test } from 'vitest'
import { openApp, openAppForAll } from '../support/open-app.ts'

const shared = openAppForAll()

const messages = '/v1/rooms/general/messages'

test.each([
  ['POST', messages, { 'idempotency-key': 'a b' }],
  ['PUT', `${messages}/1`, { 'if-match': 'unquoted' }],
  ['PATCH', '/v1/rooms/general', { 'if-match': 'unquoted' }]
] as const)('%s %s with a malformed field is refused for it, whatever the body', async (method, url, headers) => {
  const { ana } = shared()
  const reply = await ana.ask(method, url, { txt: 'hi' }, headers)
  expect(reply.statusCode).toBe(400)
  expect(reply.json().code).toBe('invalid-header')
})

test.each([
  ['/v1/rooms/general/events?after=zz', 'image/png'],
  ['/v1/rooms/general/events?after=zz', 'text/event-stream'],
  ['/v1/rooms/nowhere/events?after=zz', 'application/json'],
  ['/v1/events?after=general:zz', 'image/png'],
  ['/v1/events?after=nowhere:0,general:zz', 'application/json']
])('%s is refused for its cursor, for a reader of %s', async (url, accept) => {
  const { ana } = shared()
  const reply = await ana.get(url, { accept })
  expect(reply.statusCode).toBe(400)
  expect(reply.json().code).toBe('cursor-invalid')
})

test('the field of an EventSource is refused before the room is looked for', async () => {
  const { ana } = await openApp()
  const reply = await ana.get('/v1/rooms/nowhere/events', { 'last-event-id': 'zz' })
  expect(reply.json().code).toBe('cursor-invalid')
})

test.each([
  ['GET', '/v1/users/me?x=1', undefined],
  ['GET', '/v1/rooms/general?x=1', undefined],
  ['HEAD', '/v1/rooms/general?x=1', undefined],
  ['POST', `${messages}?x=1`, { text: 'hi' }],
  ['POST', `${messages}?x=1`, { txt: 'hi' }],
  ['PUT', '/v1/rooms/general/members/me?x=1', undefined],
  ['GET', '/health/ready?x=1', undefined],
  ['GET', '/problems?x=1', undefined]
] as const)('%s %s takes no parameter', async (method, url, body) => {
  const { ana } = shared()
  const reply = await ana.ask(method, url, body)
  expect(reply.statusCode).toBe(400)
  if (method === 'HEAD') return
  expect(reply.json()).toMatchObject({ code: 'invalid-query', errors: [{ pointer: '#/x', detail: 'is unknown' }] })
})

test('nothing was done where a parameter is refused', async () => {
  const { ana } = await openApp()
  await ana.post(`${messages}?x=1`, { text: 'hi' })
  expect((await ana.get(messages)).json().messages).toEqual([])
})

test.each([
  [`${messages}?limit=1&limit=2`, 'limit must be given once.'],
  ['/v1/rooms/general/events?after=0&after=now', 'after must be given once.'],
  [`${messages}?x=1&x=2`, 'x is unknown; known: limit, before, after, around.']
])('%s is refused in words', async (url, detail) => {
  const { ana } = shared()
  expect((await ana.get(url)).json().detail).toBe(detail)
})
