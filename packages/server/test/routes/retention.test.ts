import { expect, test } from 'vitest'
import type { Store } from '../../src/stores/store.ts'
import { openApp } from '../support/open-app.ts'

const dayMs = 24 * 60 * 60 * 1000
const beginMs = Date.UTC(2026, 10, 1)

/** A room that keeps what is written for two days, with a message of each of five, on the last of them. */
async function openOps() {
  let day = 0
  const opened = await openApp({ now: () => beginMs + day * dayMs })
  const { store, ana } = opened
  await ana.post('/v1/rooms', { name: 'ops' })
  for (day = 1; day <= 5; day++) await ana.post('/v1/rooms/ops/messages', { text: `written on day ${day}` })
  const { statusCode } = await ana.patch('/v1/rooms/ops', { retainDays: 2 })
  expect(statusCode).toBe(200)
  day = 5.5
  return { ...opened, sweep: () => sweepAll(store, beginMs + day * dayMs) }
}

async function sweepAll(store: Store, atMs: number): Promise<void> {
  for (let after = 0; ; ) {
    const [lot] = await store.commit([{ kind: 'sweep', after, atMs }])
    if (lot.refused || lot.room === null) return
    if (!lot.isMore) after = lot.room.log
  }
}

const room = '/v1/rooms/ops'

test('an owner says for how many days a room keeps what is written, and everybody in it is told', async () => {
  const { ana, luis } = await openApp()
  const created = await ana.post('/v1/rooms', { name: 'ops' })
  expect(created.json()).toMatchObject({ retainDays: null })
  const { statusCode, headers } = await ana.patch(room, { retainDays: 30 }, { 'if-match': String(created.headers.etag) })
  expect([statusCode, headers.etag]).toEqual([200, String(created.headers.etag).replace('.1"', '.3"')])
  expect((await luis.get(room)).json()).toMatchObject({ title: '', retainDays: 30, rev: 3 })
  const { events } = (await luis.get(`${room}/events?after=0`)).json()
  expect(events.at(-1)).toMatchObject({ type: 'room.updated', settings: { title: '', retainDays: 30 } })
  expect((await luis.get('/v1/rooms?q=ops')).json().rooms).toMatchObject([{ name: 'ops', retainDays: 30 }])
  expect((await ana.patch(room, { title: 'Operations' })).json()).toMatchObject({ title: 'Operations', retainDays: 30 })
  expect((await ana.patch(room, { retainDays: null })).json()).toMatchObject({ title: 'Operations', retainDays: null })
  const refused = await luis.patch(room, { retainDays: 1 })
  expect([refused.statusCode, refused.json().code]).toEqual([403, 'not-allowed'])
})

test.each([0, -1, 3_651, 1.5, '30', true, [30]])('%j is no number of days: from 1 to 3650, or null', async (retainDays) => {
  const { ana } = await openApp()
  await ana.post('/v1/rooms', { name: 'ops' })
  const reply = await ana.patch(room, { retainDays })
  const errors = [{ pointer: '#/retainDays', detail: 'must be a whole number from 1 to 3650 or null' }]
  expect([reply.statusCode, reply.json()]).toMatchObject([422, { code: 'invalid-body', errors }])
})

test('what is no longer kept is in no answer, also where a page of it was ready or is known', async () => {
  const { ana, luis, sweep } = await openOps()
  const before = await ana.get(`${room}/messages`)
  expect(before.json().messages).toHaveLength(5)
  await sweep()
  const after = await ana.get(`${room}/messages`, { 'if-none-match': String(before.headers.etag) })
  expect(after.statusCode).toBe(200)
  expect(after.json()).toMatchObject({
    messages: [{ text: 'written on day 4' }, { text: 'written on day 5' }],
    cursor: before.json().cursor,
    firstSeq: 6
  })
  expect(before.json().firstSeq).toBe(1)
  expect((await ana.get(`${room}/messages`, { 'if-none-match': String(after.headers.etag) })).statusCode).toBe(304)
  const first = await luis.get(`${room}/messages?limit=1&after=0`)
  expect([first.json().messages, first.headers.link]).toMatchObject([
    [{ id: 6 }],
    `<${room}/messages?limit=1&after=6>; rel="next"`
  ])
  const lines = (await luis.get(`${room}/export`)).body.trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { type: 'room', retainDays: 2 },
    { type: 'member', name: 'ana', role: 'owner' },
    { type: 'message', id: 6 },
    { type: 'message', id: 7 },
    { type: 'end', cursor: before.json().cursor, messages: 2 }
  ])
  const found = (await luis.get('/v1/search?q=written&room=ops')).json().messages
  expect(found.map(({ id }: { id: number }) => id)).toEqual([7, 6])
  expect((await luis.get('/v1/rooms?q=ops')).json().rooms).toMatchObject([{ head: 8 }])
  expect((await luis.put(`${room}/members/luis`, {})).statusCode).toBe(201)
})

test('whoever asks for a message that is no longer kept is told for how long the room keeps them', async () => {
  const { ana, sweep } = await openOps()
  await sweep()
  const detail = 'Number 3 of ops is no longer kept: the room keeps what is written for 2 days.'
  const expired = { status: 410, code: 'message-expired', detail }
  const old = `${room}/messages/3`
  for (const reply of [await ana.get(old), await ana.put(old, { text: 'new' }), await ana.delete(old)]) {
    expect(reply.json()).toMatchObject(expired)
  }
  expect((await ana.get(`${room}/messages/99`)).json()).toMatchObject({ status: 404, code: 'message-not-found' })
  await ana.patch(room, { retainDays: null })
  expect((await ana.get(old)).json()).toMatchObject({
    code: 'message-expired',
    detail: 'Number 3 of ops is no longer kept: for a time the room kept what was written for some days only.'
  })
})

test('a reader from the beginning, or from below what is kept, is sent to the history; the others go on', async () => {
  const { ana, luis, store, sweep } = await openOps()
  await sweep()
  const head = `${store.epoch}.8`
  for (const after of ['0', `${store.epoch}.0`, `${store.epoch}.4`]) {
    for (const accept of ['application/json', 'text/event-stream', 'application/x-ndjson']) {
      const reply = await luis.get(`${room}/events?after=${after}`, { accept })
      expect([reply.statusCode, reply.json()]).toMatchObject([410, { code: 'cursor-expired', cursor: head }])
    }
  }
  const all = await luis.get(`/v1/events?after=ops:0`)
  expect([all.statusCode, all.json()]).toMatchObject([410, { errors: [{ pointer: '/ops', cursor: head }] }])
  const page = await luis.get(`${room}/events?after=${store.epoch}.5`)
  expect(page.json()).toMatchObject({ events: [{ seq: 6 }, { seq: 7 }, { seq: 8, type: 'room.updated' }], cursor: head })
  const { cursor } = (await luis.get(`${room}/messages`)).json()
  await ana.post(`${room}/messages`, { text: 'new' })
  expect((await luis.get(`${room}/events?after=${cursor}`)).json().events).toMatchObject([{ seq: 9, message: { text: 'new' } }])
})
