import { ownEventsKept } from '@tertulia/protocol'
import { describe, expect, test, vi } from 'vitest'
import { LocalBus } from '../../src/buses/local.ts'
import { beginToFollow } from '../support/following.ts'
import { lines } from '../support/lines.ts'
import { Guest, openApp } from '../support/open-app.ts'

const sse = { accept: 'text/event-stream' }
const ndjson = { accept: 'application/x-ndjson' }
const own = (after: string) => `/v1/events?after=@me:${after}`
const at = expect.any(String)
const luisIn = (room: string) => `/v1/rooms/${room}/members/luis`

/** A server that listens; `follow`: a stream of luis that has caught up. */
async function openListening() {
  const opened = await openApp()
  const url = await opened.app.listen({ host: '127.0.0.1', port: 0 })
  const follow = async (path: string, accept: Record<string, string>) => {
    const seen = lines(await fetch(url + path, { headers: { ...opened.luis.headers, ...accept } }))
    await seen.until(path.includes(',') ? /synced.*synced/s : 'synced')
    return seen
  }
  return { ...opened, follow }
}
const eventsIn = (text: string) =>
  [...text.matchAll(/^(?:data: )?(\{"seq".*\})$/gm)].map(([, json]) => JSON.parse(json as string))

test('a page of one’s own log tells what one became, where, and how far one has read', async () => {
  const { ana, luis, store } = await openApp()
  await ana.post('/v1/rooms', { name: 'den', visibility: 'private' })
  await ana.put(luisIn('den'))
  await ana.post('/v1/rooms/den/messages', { text: 'welcome' })
  await luis.put('/v1/rooms/den/read-marker', { upTo: 4 })
  await ana.delete(luisIn('den'))
  const membership = { room: 'den', role: 'member' }
  expect((await luis.get(own('0'))).json()).toEqual({
    events: [
      { seq: 1, type: 'membership.joined', room: '@me', at, actor: 'ana', membership },
      { seq: 2, type: 'marker.moved', room: '@me', at, actor: 'luis', marker: { room: 'den', readUpTo: 4 } },
      { seq: 3, type: 'membership.left', room: '@me', at, actor: 'ana', membership, reason: 'removed' }
    ],
    cursors: { '@me': `${store.epoch}.3` },
    more: false
  })
  const { events } = (await ana.get(own('0'))).json()
  expect(events.map(({ type, membership }: Record<string, unknown>) => ({ type, membership }))).toEqual([
    { type: 'membership.joined', membership: { room: 'den', role: 'owner' } }
  ])
})

test.each([
  ['SSE', sse],
  ['NDJSON', ndjson]
])('a stream carries it beside rooms, over %s, and goes on after its cursor', async (_name, accept) => {
  const { ana, luis, store, follow } = await openListening()
  const seen = await follow('/v1/events?after=general:now,@me:now', accept)
  expect(seen.text).toContain(`{"type":"ready","room":"@me","cursor":"${store.epoch}.0"}`)
  await ana.post('/v1/rooms', { name: 'ops' })
  await ana.put(luisIn('ops'), { role: 'moderator' })
  await seen.until('membership.joined')
  await luis.post('/v1/rooms/general/messages', { text: 'hi' })
  await ana.put(luisIn('ops'), { role: 'member' })
  await seen.until('membership.updated')
  expect(eventsIn(seen.text).filter(({ room }) => room === '@me')).toMatchObject([
    { seq: 1, type: 'membership.joined', membership: { room: 'ops', role: 'moderator' } },
    { seq: 2, type: 'membership.joined', membership: { room: 'general', role: 'member' } },
    { seq: 3, type: 'membership.updated', membership: { room: 'ops', role: 'member' } }
  ])
  if (accept === sse) expect(seen.text).toContain(`id: ${store.epoch}.3\ndata: {"seq":3,"type":"membership.updated","room":"@me"`)
  const again = await follow(own(`${store.epoch}.1`), accept)
  expect(eventsIn(again.text).map(({ seq }) => seq)).toEqual([2, 3])
})

test('a marker that one device moves reaches the others at once', async () => {
  const { ana, luis, follow } = await openListening()
  await luis.put('/v1/rooms/general/members/me')
  const { id } = (await ana.post('/v1/rooms/general/messages', { text: 'hi' })).json()
  const seen = await follow(own('now'), ndjson)
  await luis.put('/v1/rooms/general/read-marker', { upTo: id })
  await seen.until(`"marker":{"room":"general","readUpTo":${id}}`)
  expect(seen.text).not.toContain('hi')
})

test('it can be waited for', async () => {
  const { ana, luis, store } = await openApp()
  await luis.put('/v1/rooms/general/members/me')
  const waiting = luis.get('/v1/events?after=@me:now,general:now', { prefer: 'wait=60' })
  await beginToFollow(ana, 'general', 'luis')
  await ana.post('/v1/rooms', { name: 'ops' })
  await ana.put(luisIn('ops'))
  expect((await waiting).json()).toMatchObject({
    events: [{ type: 'membership.joined', room: '@me', membership: { room: 'ops' } }],
    cursors: { '@me': `${store.epoch}.2`, general: `${store.epoch}.2` }
  })
})

test('it comes beside as many rooms as one may follow', async () => {
  const { ana } = await openApp()
  const names = Array.from({ length: 50 }, (_, n) => `r${n}`)
  for (const name of names) await ana.post('/v1/rooms', { name })
  const after = ['@me', ...names].map((name) => `${name}:now`).join()
  expect((await ana.get(`/v1/events?after=${after}`)).statusCode).toBe(200)
})

test('events of people who read each other’s rooms are in their own logs alone', async () => {
  const { ana, luis, follow } = await openListening()
  const seen = await follow('/v1/events?after=@me:0,general:0', ndjson)
  await ana.post('/v1/rooms', { name: 'den', visibility: 'private' })
  await ana.put('/v1/rooms/general/members/me')
  await ana.put('/v1/rooms/general/read-marker', { upTo: 2 })
  await luis.put('/v1/rooms/general/members/me')
  await seen.until('membership.joined')
  expect(seen.text).not.toContain('den')
  expect(eventsIn(seen.text).filter(({ room }) => room === '@me')).toHaveLength(1)
})

const roomsTold = (text: string) =>
  [...text.matchAll(/\{"type":"rooms".*\}/g)].flatMap(([json]) => JSON.parse(json).rooms as Record<string, unknown>[])

test.each([
  ['SSE', sse],
  ['NDJSON', ndjson]
])(
  'a public room that somebody makes or changes is told to all others, and of a private one nothing, over %s',
  async (_, accept) => {
    const { ana, follow } = await openListening()
    const seen = await follow('/v1/events?after=@me:now,general:now', accept)
    await ana.post('/v1/rooms', { name: 'den', title: 'ours', visibility: 'private' })
    await ana.patch('/v1/rooms/den', { title: 'ours alone' })
    await ana.post('/v1/rooms', { name: 'ops', title: 'Who is on call' })
    await seen.until('"ops"')
    await ana.patch('/v1/rooms/ops', { visibility: 'private' })
    await ana.patch('/v1/rooms/ops', { title: 'nothing for others' })
    await ana.patch('/v1/rooms/den', { visibility: 'public' })
    await seen.until('"den"')
    expect(roomsTold(seen.text)).toEqual([
      { name: 'ops', rev: 1, title: 'Who is on call', visibility: 'public', archived: false, retainDays: null },
      { name: 'den', rev: 4, title: 'ours alone', visibility: 'public', archived: false, retainDays: null }
    ])
    expect(seen.text).not.toContain('nothing for others')
    expect(eventsIn(seen.text)).toEqual([])
    if (accept === sse) expect(seen.text).toMatch(/\n\nevent: rooms\ndata: \{"type":"rooms","room":"@me"/)
  }
)

test('whoever follows only rooms is told nothing of others', async () => {
  const { ana, follow } = await openListening()
  const rooms = await follow('/v1/events?after=general:now', ndjson)
  const me = await follow(own('now'), ndjson)
  await ana.post('/v1/rooms', { name: 'ops' })
  await me.until('"ops"')
  await ana.post('/v1/rooms/general/messages', { text: 'done' })
  await rooms.until('done')
  expect(rooms.text).not.toContain('ops')
})

test('whatever adds to it, the bus hears of that at once', async () => {
  const bus = new LocalBus()
  const published = vi.spyOn(bus, 'publish')
  const { app, ana, luis, store } = await openApp({ bus })
  await ana.post('/v1/rooms', { name: 'ops' })
  await ana.put(luisIn('ops'))
  await ana.put(luisIn('ops'), { role: 'moderator' })
  await ana.post('/v1/rooms/ops/messages', { text: 'hi' })
  await luis.put('/v1/rooms/ops/read-marker', { upTo: 9 })
  await luis.post('/v1/rooms/general/messages', { text: 'hi' })
  await ana.delete(luisIn('ops'))
  const { code } = (await ana.post('/v1/invites', { room: 'ops', uses: 2 })).json()
  await luis.put(`/v1/rooms/ops/members/me`, { invite: code })
  await app.inject({ method: 'POST', url: '/v1/users', payload: { name: 'marta', invite: code } })
  for (const [name, head] of [
    ['ana', 1],
    ['luis', 6],
    ['marta', 1]
  ] as const) {
    const log = await store.ownLog((await store.user(name))?.id as number)
    const heard = published.mock.calls.flatMap(([hint]) => (hint.log === log ? (hint.events ?? []) : []))
    expect(heard.map(({ seq, room }) => `${room} ${seq}`)).toEqual(Array.from({ length: head }, (_, n) => `@me ${n + 1}`))
    expect((await store.extents([log as number])).get(log as number)).toEqual({ firstSeq: 1, head })
  }
})

describe('it is refused', () => {
  test.each([
    ['a cursor that is none', 'x', 400, 'cursor-invalid'],
    ['one of another epoch', 'abcd1234.0', 410, 'cursor-expired']
  ])('with %s', async (_what, cursor, status, code) => {
    const { luis, store } = await openApp()
    const problem = (await luis.get(own(cursor))).json()
    expect(problem).toMatchObject({ status, code, errors: [{ pointer: '/@me' }] })
    if (status === 410) expect(problem.errors[0].cursor).toBe(`${store.epoch}.0`)
  })

  test('with a cursor that it has not reached, and with one whose next event is gone', async () => {
    const { luis, store } = await openApp()
    const idOf = async (name: string) => (await store.user(name))?.id as number
    const [reader, writer] = [await idOf('luis'), await idOf('ana')]
    await luis.put('/v1/rooms/general/members/me')
    const send = { kind: 'send', actor: writer, room: 'general', text: 'x', atMs: 0 } as const
    const mark = { kind: 'mark-read', actor: reader, room: 'general', atMs: 0 } as const
    await store.commit(Array.from({ length: ownEventsKept }, () => send))
    await store.commit(Array.from({ length: ownEventsKept }, (_, n) => ({ ...mark, upTo: n + 4 })))
    const head = `${store.epoch}.${ownEventsKept + 1}`
    for (const seq of [0, ownEventsKept + 2]) {
      const problem = (await luis.get(own(`${store.epoch}.${seq}`))).json()
      expect(problem).toMatchObject({ status: 410, errors: [{ pointer: '/@me', cursor: head }] })
      expect(problem.errors[0].detail).toContain(`Read your rooms (GET /v1/rooms), then follow from ${head}`)
    }
    const page = (await luis.get(`${own('0')}&limit=1`)).json()
    expect(page).toMatchObject({ events: [{ seq: 2 }], more: true })
  })

  test('to a token that is bound to rooms, and open to one that is not', async () => {
    const { app, luis } = await openApp()
    const make = async (name: string, rooms: string[] | null) => {
      const { token } = (await luis.post('/v1/tokens', { name, scope: 'read', rooms })).json()
      return new Guest(app, { user: { name: 'luis' }, token } as never)
    }
    const [bound, free] = [await make('one', ['general']), await make('all', null)]
    expect((await bound.get('/v1/events?after=general:now,@me:now')).json()).toMatchObject({
      status: 403,
      code: 'token-scope',
      errors: [{ pointer: '/@me', detail: 'This token is for general alone, not for @me.' }]
    })
    expect((await free.get(own('now'))).statusCode).toBe(200)
  })

  test('where a room is asked for by its path', async () => {
    const { luis } = await openApp()
    for (const path of ['', '/events', '/messages', '/members', '/export'])
      expect((await luis.get(`/v1/rooms/@me${path}`)).json()).toMatchObject({ status: 404, code: 'room-not-found' })
    expect((await luis.put('/v1/rooms/@me/read-marker', { upTo: 1 })).statusCode).toBe(404)
    expect((await luis.post('/v1/rooms', { name: '@me' })).statusCode).toBe(422)
  })
})

test('the stream of a user who leaves for ever ends', async () => {
  const { luis, follow } = await openListening()
  const seen = await follow(own('now'), sse)
  expect((await luis.delete('/v1/users/me')).statusCode).toBe(204)
  await seen.until('goodbye')
})
