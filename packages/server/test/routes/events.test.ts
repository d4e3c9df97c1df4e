import { expect, test } from 'vitest'
import { lines } from '../support/lines.ts'
import { type Guest, openApp, openAppForAll } from '../support/open-app.ts'

const shared = openAppForAll()

const events = '/v1/rooms/general/events'
const sse = { accept: 'text/event-stream' }

test('a stream begins where it is told to, and goes on live', async () => {
  const { app, ana, luis, store, told } = await openApp()
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const leaving = new AbortController()
  const reply = await fetch(`${url}${events}?after=0`, { headers: { ...ana.headers, ...sse }, signal: leaving.signal })
  expect(reply.headers.get('content-type')).toMatch(/^text\/event-stream/)
  expect(reply.headers.get('vary')).toBe('accept')
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
  const seen = lines(reply)
  await seen.until(`"cursor":"${store.epoch}.1"`)
  expect(told).toContain('ana connected from 127.0.0.1 (1 here)')
  expect((await luis.get('/v1/rooms/general/members')).json().members).toEqual([])
  await luis.post('/v1/rooms/general/messages', { text: 'hola' })
  await seen.until(`id: ${store.epoch}.3`)
  await seen.until('"text":"hola"')
  await ana.put('/v1/rooms/general/members/me')
  expect((await luis.get('/v1/rooms/general/members')).json().members).toMatchObject([
    { name: 'ana', connected: true },
    { name: 'luis', connected: false }
  ])
  leaving.abort()
})

test('Last-Event-ID counts more than the query', async () => {
  const { app, ana, store } = await openApp()
  await ana.post('/v1/rooms/general/messages', { text: 'hola' })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const headers = { ...ana.headers, accept: 'application/x-ndjson', 'last-event-id': `${store.epoch}.2` }
  const seen = lines(await fetch(`${url}${events}?after=nonsense`, { headers }))
  await seen.until('"type":"synced"')
  expect(seen.text).toContain('"seq":3')
  expect(seen.text).not.toContain('"seq":2')
})

test('an old stream is asked to come back', async () => {
  const { app, ana } = await openApp({ streamAgeMs: 1 })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const seen = lines(await fetch(`${url}${events}`, { headers: { ...ana.headers, ...sse } }))
  await seen.until('event: goodbye')
})

test('readers are told to come back when the server closes', async () => {
  let drained = -1
  const { app, ana } = await openApp({ onDrained: (readers) => (drained = readers) })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const seen = lines(await fetch(`${url}${events}`, { headers: { ...ana.headers, ...sse } }))
  await seen.until('event: synced')
  const closed = app.close()
  await seen.until('event: goodbye')
  await closed
  expect(drained).toBe(1)
})

test.each(['text/html', 'text/event-stream;q=0', 'application/json;q=0'])(
  'Accept: %s asks for no format that there is',
  async (accept) => {
    const { ana } = shared()
    const reply = await ana.get(events, { accept })
    expect(reply.statusCode).toBe(406)
    expect(reply.headers.vary).toBe('accept')
    expect(reply.json()).toMatchObject({ code: 'not-acceptable', detail: expect.stringContaining('text/event-stream') })
  }
)

test('HEAD of a stream ends after the headers', async () => {
  const { app, ana } = await openApp()
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const reply = await fetch(`${url}${events}`, { method: 'HEAD', headers: { ...ana.headers, ...sse } })
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/event-stream/)])
  expect(await reply.text()).toBe('')
})

const refusal = async (guest: Guest, after: string) => (await guest.get(`${events}?after=${after}`, sse)).json()

test.each(['', 'abc', '1', '-1', 'E.1', 'abcd1234.', 'abcd1234.01', 'abcd1234.1.2', '%D9%A1', '%00'])(
  '“%s” is no cursor',
  async (after) => {
    const { ana } = shared()
    expect(await refusal(ana, after)).toMatchObject({ status: 400, code: 'cursor-invalid' })
    if (/^[\x20-\x7e]*$/.test(after) && !after.includes('%')) {
      const reply = await ana.get(events, { ...sse, 'last-event-id': after })
      expect(reply.json()).toMatchObject({ status: 400, code: 'cursor-invalid' })
    }
  }
)

test('a limit is for pages', async () => {
  const { ana } = await openApp()
  expect((await ana.get(`${events}?limit=5`, sse)).json()).toMatchObject({
    code: 'invalid-query',
    errors: [{ pointer: '#/limit' }]
  })
})

test('a cursor of another life, or one ahead of this one, has expired, and the answer says where to go on', async () => {
  const { ana, store } = await openApp()
  const expired = { status: 410, code: 'cursor-expired', cursor: `${store.epoch}.1` }
  const older = /^The server went back to an older copy of general \(the cursor abcd1234\.1 /
  expect(await refusal(ana, 'abcd1234.1')).toMatchObject({ ...expired, detail: expect.stringMatching(older) })
  const ahead = /^general has not reached 99999; its last event is 1\. /
  expect(await refusal(ana, `${store.epoch}.99999`)).toMatchObject({ ...expired, detail: expect.stringMatching(ahead) })
})

test('an unknown query parameter is refused', async () => {
  const { ana } = await openApp()
  expect((await ana.get(`${events}?afer=0`, sse)).json()).toMatchObject({ status: 400, code: 'invalid-query' })
})
