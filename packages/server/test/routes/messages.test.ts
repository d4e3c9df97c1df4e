import { expect, test, vi } from 'vitest'
import { type Guest, openApp, openAppForAll } from '../support/open-app.ts'

const shared = openAppForAll()

const messages = '/v1/rooms/general/messages'

test('a sent message is answered whole, with its address and its version', async () => {
  const { ana, store } = await openApp()
  const reply = await ana.post(messages, { text: 'hola' })
  expect(reply.statusCode).toBe(201)
  const message = reply.json()
  expect(message).toEqual({
    id: 3,
    room: 'general',
    author: { name: 'ana', kind: 'person' },
    text: 'hola',
    createdAt: expect.stringMatching(/\.\d{3}Z$/),
    editedAt: null,
    deletedAt: null,
    rev: 3
  })
  expect(reply.headers).toMatchObject({ location: `${messages}/3`, etag: `"${store.epoch}.3"`, 'cache-control': 'no-store' })
  const read = await ana.get(String(reply.headers.location))
  expect(read.json()).toEqual(message)
  expect(read.headers).toMatchObject({ etag: reply.headers.etag, 'cache-control': 'private, no-cache' })
})

test('a message that is known already is not sent again', async () => {
  const { ana } = await openApp()
  const { location, etag } = (await ana.post(messages, { text: 'hola' })).headers
  const reply = await ana.get(String(location), { 'if-none-match': `"x.1", W/${etag}` })
  expect([reply.statusCode, reply.body, reply.headers.etag]).toEqual([304, '', etag])
})

test('the author edits, and the version changes', async () => {
  const { ana, store } = await openApp()
  await ana.post(messages, { text: 'hloa' })
  const reply = await ana.put(`${messages}/3`, 'text=hola')
  expect(reply.statusCode).toBe(200)
  expect(reply.headers.etag).toBe(`"${store.epoch}.4"`)
  expect(reply.json()).toMatchObject({ id: 3, text: 'hola', rev: 4, editedAt: expect.any(String) })
})

test('an edit to the same text changes nothing', async () => {
  const { ana } = await openApp()
  const { etag } = (await ana.post(messages, { text: 'hola' })).headers
  const reply = await ana.put(`${messages}/3`, { text: 'hola' })
  expect([reply.statusCode, reply.headers.etag, reply.json().editedAt]).toEqual([200, etag, null])
  expect((await ana.get('/v1/rooms')).json().rooms[0].head).toBe(3)
})

test('what was changed meanwhile is 412, with what it is now', async () => {
  const { ana, store } = await openApp()
  const { etag } = (await ana.post(messages, { text: 'one' })).headers
  expect((await ana.put(`${messages}/3`, { text: 'two' }, { 'if-match': String(etag) })).statusCode).toBe(200)
  for (const tag of [String(etag), `W/"${store.epoch}.4"`]) {
    const stale = await ana.put(`${messages}/3`, { text: 'three' }, { 'if-match': tag })
    expect(stale.statusCode).toBe(412)
    expect(stale.headers.etag).toBe(`"${store.epoch}.4"`)
    expect(stale.json()).toMatchObject({ code: 'stale', current: { id: 3, text: 'two', rev: 4 } })
    expect((await ana.delete(`${messages}/3`, { 'if-match': tag })).statusCode).toBe(412)
  }
  expect((await ana.put(`${messages}/3`, { text: 'three' }, { 'if-match': '*' })).statusCode).toBe(200)
  expect((await ana.put(`${messages}/3`, { text: 'four' }, { 'if-match': `"x", "${store.epoch}.5"` })).statusCode).toBe(200)
  expect((await ana.put(`${messages}/3`, { text: 'five' }, { 'if-match': '3' })).json()).toMatchObject({ code: 'invalid-header' })
})

test('a deleted message is gone, for those who read, edit or delete it', async () => {
  const { ana } = await openApp({ now: () => Date.UTC(2026, 10, 23, 9, 42) })
  await ana.post(messages, { text: 'hola' })
  const deleted = await ana.delete(`${messages}/3`)
  expect([deleted.statusCode, deleted.body]).toEqual([204, ''])
  const gone = { status: 410, code: 'message-deleted', detail: 'Message 3 in general was deleted at 2026-11-23 09:42 UTC.' }
  expect((await ana.get(`${messages}/3`)).json()).toMatchObject(gone)
  expect((await ana.put(`${messages}/3`, { text: 'hi' })).json()).toMatchObject(gone)
  expect((await ana.delete(`${messages}/3`)).json()).toMatchObject(gone)
  expect((await ana.get(messages)).json().messages).toMatchObject([{ id: 3, text: null, deletedAt: '2026-11-23T09:42:00.000Z' }])
})

test('who did not write a message cannot change it; who owns the room can delete it', async () => {
  const { ana, luis } = await openApp()
  await ana.post('/v1/rooms', { name: 'ops' })
  const { location: own } = (await ana.post('/v1/rooms/ops/messages', { text: 'mine' })).headers
  const { location: others } = (await luis.post('/v1/rooms/ops/messages', { text: 'his' })).headers
  expect((await luis.delete(String(own))).json()).toMatchObject({
    status: 403,
    code: 'not-author',
    detail: 'Message 3 was written by ana; only ana or a moderator may delete it.'
  })
  expect((await ana.put(String(others), { text: 'hers' })).json()).toMatchObject({
    status: 403,
    code: 'not-author',
    detail: 'Message 5 was written by luis; only luis may edit it.'
  })
  expect((await ana.delete(String(others))).statusCode).toBe(204)
})

test.each(['0', '-1', '1.5', '1e3', '01', 'abc', '%D9%A1', '99999999999999999999', '2', '77'])(
  'there is no message %s',
  async (id) => {
    const { ana } = await openApp()
    await ana.put('/v1/rooms/general/members/me')
    for (const method of ['GET', 'DELETE'] as const) {
      expect((await ana.ask(method, `${messages}/${id}`)).json()).toMatchObject({ status: 404, code: 'message-not-found' })
    }
    expect((await ana.put(`${messages}/${id}`, { text: 'hi' })).json()).toMatchObject({ status: 404, code: 'message-not-found' })
  }
)

test('a repeated request makes one message, whatever form it comes in', async () => {
  const { ana, luis } = await openApp()
  const headers = { 'idempotency-key': 'build-118' }
  const first = await ana.post(messages, { text: 'passed' }, headers)
  expect(first.headers['idempotency-replayed']).toBeUndefined()
  await ana.put(`${messages}/3`, { text: 'failed' })
  const again = await ana.post(messages, 'text=passed', headers)
  expect(again.statusCode).toBe(201)
  expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true', location: first.headers.location })
  expect(again.json()).toMatchObject({ id: 3, text: 'failed', rev: 4 })

  expect((await luis.post(messages, { text: 'passed' }, headers)).json().id).not.toBe(3)
  expect((await ana.post(messages, { text: 'other' }, headers)).json()).toMatchObject({ status: 422, code: 'key-reused' })
})

test('who has been removed from a private room gets the same answer to a repeated request as any outsider', async () => {
  const { ana, luis, signIn } = await openApp()
  const marta = await signIn('marta')
  await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
  await ana.put('/v1/rooms/secret/members/luis')
  const send = (who: Guest, text = 'hi') => who.post('/v1/rooms/secret/messages', { text }, { 'idempotency-key': 'k' })
  expect((await send(luis)).statusCode).toBe(201)
  await ana.delete('/v1/rooms/secret/members/luis')
  const replies = await Promise.all([send(luis), send(luis, 'other'), send(marta)])
  const [repeated, reused, outsider] = replies.map((reply) => [reply.statusCode, { ...reply.json(), instance: undefined }])
  expect(outsider).toMatchObject([404, { code: 'room-not-found' }])
  expect([repeated, reused]).toEqual([outsider, outsider])
})

test('repetitions that come at once make one message too', async () => {
  const { ana } = await openApp()
  const headers = { 'idempotency-key': 'k' }
  const replies = await Promise.all(Array.from({ length: 10 }, () => ana.post(messages, { text: 'hi' }, headers)))
  expect(new Set(replies.map((reply) => reply.json().id)).size).toBe(1)
  expect(replies.filter((reply) => reply.headers['idempotency-replayed'] === 'true')).toHaveLength(9)
})

test.each(['', 'a b', 'ñ', 'x'.repeat(256)])('“%s” is no Idempotency-Key', async (key) => {
  const { ana } = shared()
  expect((await ana.post(messages, { text: 'hi' }, { 'idempotency-key': key })).json()).toMatchObject({
    status: 400,
    code: 'invalid-header'
  })
})

test('texts are kept as they are, whatever they look like', async () => {
  const { ana } = await openApp()
  for (const text of [
    "'; DROP TABLE message; --",
    '\u001b[2J\u202eabc',
    '<script>alert(1)</script>',
    '{"text":"x"}',
    ' a\r\nb '
  ]) {
    const reply = await ana.post(messages, { text })
    expect(reply.json().text).toBe(text)
    expect((await ana.get(String(reply.headers.location))).json().text).toBe(text)
  }
})

test('the newest page is always the present one, though it is kept ready', async () => {
  const { ana, store } = await openApp()
  const reads = vi.spyOn(store, 'history')
  const same = async () => {
    reads.mockClear()
    const [ready, asked] = [await ana.get(messages), await ana.get(`${messages}?limit=50`)]
    expect(reads).toHaveBeenCalledTimes(1)
    expect(asked.body).toBe(ready.body)
    const read = await ana.get(`${messages}?before=1000`)
    expect(ready.body).toBe(read.body)
    expect(ready.headers).toMatchObject({ etag: read.headers.etag, 'content-type': read.headers['content-type'] })
    return ready.json().messages.map(({ text }: { text: string | null }) => text)
  }
  expect(await same()).toEqual([])
  for (let n = 0; n < 60; n++) await ana.post(messages, { text: `text ${n}` })
  expect(await same()).toHaveLength(50)
  const last = String((await ana.post(messages, { text: 'helo' })).headers.location)
  expect((await same()).at(-1)).toBe('helo')
  await ana.put(last, { text: 'hello' })
  expect((await same()).at(-1)).toBe('hello')
  await ana.delete(last)
  expect((await same()).at(-1)).toBe(null)
})

test('a weak entity tag of the present version is told that it never matches', async () => {
  const { ana } = await openApp()
  const { etag } = (await ana.post(messages, { text: 'one' })).headers
  const change = await ana.put(`${messages}/3`, { text: 'two' }, { 'if-match': `W/${etag}` })
  expect(change.statusCode).toBe(412)
  expect(change.json().detail).toMatch(/^A weak entity tag \(W\/\) never matches/)
})
