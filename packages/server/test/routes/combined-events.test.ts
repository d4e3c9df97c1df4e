import { describe, expect, test } from 'vitest'
import { beginToFollow } from '../support/following.ts'
import { lines } from '../support/lines.ts'
import { openApp } from '../support/open-app.ts'

const sse = { accept: 'text/event-stream' }
const ndjson = { accept: 'application/x-ndjson' }
const wait = { prefer: 'wait=60' }
const at = (after: string) => `/v1/events?after=${after}`

/** Three rooms: general with 1 event, ops and builds with 2 each. */
async function openRooms() {
  const opened = await openApp()
  for (const name of ['ops', 'builds']) await opened.ana.post('/v1/rooms', { name })
  const { epoch } = opened.store
  return { ...opened, epoch }
}

describe('a stream of several rooms', () => {
  test.each([
    ['SSE', sse],
    ['NDJSON', ndjson]
  ])('carries each in its order, over %s', async (_name, accept) => {
    const { app, ana, epoch } = await openRooms()
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const seen = lines(
      await fetch(`${url}${at(`ops:0,general:now,builds:${epoch}.1`)}`, { headers: { ...ana.headers, ...accept } })
    )
    await seen.until(/synced.*synced.*synced/s)
    for (const room of ['ops', 'general', 'builds', 'ops']) await ana.post(`/v1/rooms/${room}/messages`, { text: `in ${room}` })
    await seen.until(/in ops.*in ops/s)
    await seen.until('in builds')
    await seen.until('in general')
    const events = [...seen.text.matchAll(/"seq":(\d+),"type":"[^"]+","room":"(\w+)"/g)].map(([, seq, room]) => `${room} ${seq}`)
    const of = (room: string) => events.filter((event) => event.startsWith(room))
    expect(of('ops')).toEqual(['ops 1', 'ops 2', 'ops 3', 'ops 4'])
    expect(of('builds')).toEqual(['builds 2', 'builds 3'])
    expect(of('general')).toEqual(['general 2', 'general 3'])
    if (accept === sse) expect(seen.text).toContain(`id: ${epoch}.4\ndata: {"seq":4,"type":"message.created","room":"ops"`)
  })

  test('has no cursor in Last-Event-ID', async () => {
    const { ana, epoch } = await openRooms()
    const page = (await ana.get(at('ops:0'), { 'last-event-id': 'nonsense' })).json()
    expect(page.cursors).toEqual({ ops: `${epoch}.2` })
  })

  test('ends after its head for HEAD', async () => {
    const { ana } = await openRooms()
    for (const accept of [{}, sse]) {
      const reply = await ana.ask('HEAD', at('ops:now'), undefined, accept)
      expect([reply.statusCode, reply.body]).toEqual([200, ''])
    }
  })
})

describe('a page of several rooms', () => {
  test('has a cursor for each', async () => {
    const { ana, epoch } = await openRooms()
    const page = (await ana.get(at(`general:0,ops:${epoch}.1,builds:now`))).json()
    expect(page).toEqual({
      events: [expect.objectContaining({ room: 'general', seq: 1 }), expect.objectContaining({ room: 'ops', seq: 2 })],
      cursors: { general: `${epoch}.1`, ops: `${epoch}.2`, builds: `${epoch}.2` },
      more: false
    })
  })

  test('starves no room, and is followed by the rest', async () => {
    const { ana, epoch } = await openRooms()
    for (let n = 0; n < 30; n++) await ana.post('/v1/rooms/ops/messages', { text: `${n}` })
    const first = (await ana.get(`${at('ops:0,builds:0,general:0')}&limit=6`)).json()
    expect(first).toMatchObject({ cursors: { ops: `${epoch}.2`, builds: `${epoch}.2`, general: `${epoch}.1` }, more: true })
    let { cursors, more } = first
    let events = first.events.length
    while (more) {
      const after = Object.entries(cursors).map(([room, cursor]) => `${room}:${cursor}`)
      const page = (await ana.get(`${at(after.join(','))}&limit=6`)).json()
      events += page.events.length
      ;({ cursors, more } = page)
    }
    expect([events, cursors.ops]).toEqual([35, `${epoch}.32`])
  })

  test('is waited for, until something comes in any of them', async () => {
    const { ana, luis, epoch } = await openRooms()
    const waiting = [ana, luis].map((guest) => guest.get(at('general:now,ops:now,builds:now'), wait))
    await beginToFollow(ana, 'ops', 'ana')
    await ana.post('/v1/rooms/ops/messages', { text: 'done' })
    for (const reply of await Promise.all(waiting)) {
      expect(reply.headers['preference-applied']).toBe('wait=60')
      expect(reply.json()).toMatchObject({
        events: [{ room: 'ops', seq: 3, message: { text: 'done' } }],
        cursors: { general: `${epoch}.1`, ops: `${epoch}.3`, builds: `${epoch}.2` },
        more: false
      })
    }
  })
})

describe('what is wrong refuses the whole:', () => {
  test.each([
    ['/v1/events', 'is missing'],
    [at(''), 'is missing'],
    [at('general'), '“general” where a room and its cursor should be'],
    [at(':now'), '“:now”'],
    [at('general:now,'), '“”'],
    [at('general:now,general:0'), '“general” twice'],
    [at(Array.from({ length: 51 }, (_, n) => `r${n}:now`).join()), '51 rooms; the limit is 50']
  ])('%s', async (url, words) => {
    const { ana } = await openApp()
    const problem = (await ana.get(url)).json()
    expect(problem).toMatchObject({ status: 400, code: 'invalid-query', errors: [{ pointer: '#/after' }] })
    expect(problem.detail).toContain(words)
  })

  test('a cursor that is none', async () => {
    const { ana } = await openRooms()
    for (const headers of [{}, sse, ndjson]) {
      const problem = (await ana.get(at('general:now,ops:7,builds:abcd1234.1'), headers)).json()
      expect(problem).toMatchObject({ status: 400, code: 'cursor-invalid' })
      expect(problem.errors[0]).toMatchObject({ pointer: '/ops', detail: expect.stringContaining('“7” is not a cursor') })
    }
  })

  test('cursors that have expired, each with the head of its room', async () => {
    const { ana, epoch } = await openRooms()
    const problem = (await ana.get(at('general:abcd1234.1,ops:now,builds:abcd1234.2'))).json()
    expect(problem).toMatchObject({
      status: 410,
      code: 'cursor-expired',
      errors: [
        { pointer: '/general', cursor: `${epoch}.1` },
        { pointer: '/builds', cursor: `${epoch}.2` }
      ]
    })
    expect(problem.cursor).toBeUndefined()
  })

  test('a room that is not there, or not for this reader, or under another spelling', async () => {
    const { ana, luis } = await openRooms()
    await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
    const problem = (await luis.get(at('general:now,secret:0,absent:0,Ops:now,builds:abcd1234.2'), sse)).json()
    expect(problem).toMatchObject({ status: 404, code: 'room-not-found' })
    expect(problem.errors).toMatchObject([
      { pointer: '/secret', detail: 'There is no room “secret” that you may see.' },
      { pointer: '/absent', detail: 'There is no room “absent” that you may see.' },
      { pointer: '/Ops', detail: expect.stringContaining('“ops”') },
      { pointer: '/builds', cursor: expect.anything() }
    ])
  })

  test('a room lost while its reader waited', async () => {
    const { ana, luis } = await openRooms()
    await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
    await ana.put('/v1/rooms/secret/members/luis')
    const waiting = luis.get(at('general:now,secret:now'), wait)
    await beginToFollow(ana, 'secret', 'luis')
    await ana.delete('/v1/rooms/secret/members/luis')
    expect((await waiting).json()).toMatchObject({ status: 404, errors: [{ pointer: '/secret' }] })
  })
})
