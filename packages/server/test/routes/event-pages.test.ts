import { get } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import { beginToFollow, following } from '../support/following.ts'
import { Guest, openApp, openAppForAll } from '../support/open-app.ts'

const shared = openAppForAll()

const events = '/v1/rooms/general/events'
const messages = '/v1/rooms/general/messages'
const wait = (seconds: number) => ({ prefer: `wait=${seconds}` })

describe('a page', () => {
  test.each<Record<string, string>>([{}, { accept: '*/*' }, { accept: 'application/json' }, { accept: 'text/html,*/*;q=0.8' }])(
    'answers %o, and ends',
    async (headers) => {
      const { ana, store } = shared()
      const reply = await ana.get(`${events}?after=0`, headers)
      expect(reply.statusCode).toBe(200)
      expect(reply.headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        vary: 'accept'
      })
      expect(reply.headers['preference-applied']).toBeUndefined()
      expect(reply.json()).toEqual({
        events: [expect.objectContaining({ seq: 1, type: 'room.created', room: 'general' })],
        cursor: `${store.epoch}.1`,
        more: false
      })
    }
  )

  test('without a cursor says where now is', async () => {
    const { ana, store } = await openApp()
    await ana.post(messages, { text: 'hola' })
    expect((await ana.get(events)).json()).toEqual({ events: [], cursor: `${store.epoch}.3`, more: false })
  })

  test('has what was acknowledged before it was asked for', async () => {
    const { ana } = await openApp()
    for (let n = 0; n < 20; n++) {
      const { id, room } = (await ana.post(messages, { text: `${n}` })).json()
      const page = (await ana.get(`${events}?after=0&limit=500`)).json()
      expect(page.events.at(-1)).toMatchObject({ seq: id, room })
    }
  })

  test('goes as far as its limit, and then says that there is more', async () => {
    const { ana, store } = await openApp()
    for (let n = 0; n < 6; n++) await ana.post(messages, { text: `${n}` })
    const seen: number[] = []
    let [cursor, more, pages] = ['0', true, 0]
    while (more) {
      const page = (await ana.get(`${events}?after=${cursor}&limit=3`)).json()
      seen.push(...page.events.map(({ seq }: { seq: number }) => seq))
      ;({ cursor, more } = page)
      pages++
    }
    expect([seen, cursor, pages]).toEqual([[1, 2, 3, 4, 5, 6, 7, 8], `${store.epoch}.8`, 3])
  })

  test('goes on after Last-Event-ID, as a stream does', async () => {
    const { ana, store } = await openApp()
    await ana.post(messages, { text: 'hola' })
    const page = (await ana.get(`${events}?after=0`, { 'last-event-id': `${store.epoch}.2` })).json()
    expect(page.events).toMatchObject([{ seq: 3 }])
  })

  test.each(['0', '501', '1.5', 'all', ''])('has no limit of “%s”', async (limit) => {
    const { ana } = shared()
    expect((await ana.get(`${events}?limit=${limit}`)).json()).toMatchObject({
      status: 400,
      code: 'invalid-query',
      errors: [{ pointer: '#/limit' }]
    })
  })

  test('ends by its bytes, with one event at least', async () => {
    const { ana } = await openApp()
    const text = '💬'.repeat(4_000)
    for (let n = 0; n < 20; n++) await ana.post(messages, { text })
    const page = (await ana.get(`${events}?after=0&limit=500`)).json()
    expect(page.events).toHaveLength(18) // the room, the member, and 16 times 16,000 bytes of 262,144
    expect(page.more).toBe(true)
  })

  test('is refused as a stream is', async () => {
    const { ana, luis, store } = await openApp()
    await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
    const problem = async (path: string) => (await luis.get(`/v1/rooms/${path}`)).json()
    expect(await problem('secret/events')).toMatchObject({ status: 404, code: 'room-not-found' })
    expect(await problem('general/events?after=x')).toMatchObject({ status: 400, code: 'cursor-invalid' })
    expect(await problem('general/events?after=abcd1234.1')).toMatchObject({ status: 410, cursor: `${store.epoch}.1` })
    expect((await luis.get('/v1/rooms/General/events?after=0')).headers.location).toBe('/v1/rooms/general/events?after=0')
  })

  test('has its head alone for HEAD, at once', async () => {
    const { ana } = await openApp()
    const reply = await ana.ask('HEAD', events, undefined, wait(60))
    expect([reply.statusCode, reply.body, reply.headers['content-type']]).toEqual([200, '', 'application/json; charset=utf-8'])
  })

  test('is neither read nor written for HEAD, but refused as for GET', async () => {
    const { ana, store } = await openApp()
    const read = vi.spyOn(store, 'events')
    const ask = async (query: string) => (await ana.ask('HEAD', `${events}?${query}`)).statusCode
    expect(await ask('after=0')).toBe(200)
    expect(await ask(`after=${store.epoch}.2`)).toBe(410)
    expect((await ana.ask('HEAD', '/v1/events?after=general:0')).statusCode).toBe(200)
    expect(read).not.toHaveBeenCalled()
  })
})

describe('who waits', () => {
  test('is answered by the first event, with a page that goes on from there', async () => {
    const { ana, luis, store } = await openApp()
    await ana.put('/v1/rooms/general/members/me')
    const waiting = [ana, ana, luis].map((guest) => guest.get(`${events}?after=now`, wait(60)))
    await beginToFollow(ana, 'general', 'ana')
    await ana.post(messages, { text: 'hola' })
    for (const reply of await Promise.all(waiting)) {
      expect(reply.statusCode).toBe(200)
      expect(reply.headers).toMatchObject({
        'preference-applied': 'wait=60',
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store'
      })
      const { events: seen, cursor, more } = reply.json()
      const last = seen.at(-1).seq
      expect(cursor).toBe(`${store.epoch}.${last}`)
      expect(more).toBe(false)
      const again = (await ana.get(`${events}?after=${store.epoch}.2`)).json()
      expect(again.events.slice(0, seen.length)).toEqual(seen)
    }
  })

  test('is answered at once when something is there', async () => {
    const { ana } = await openApp()
    const reply = await ana.get(`${events}?after=0`, wait(60))
    expect([reply.json().events.length, reply.headers['preference-applied']]).toEqual([1, 'wait=60'])
  })

  test('is answered with no events when the time is up', async () => {
    const { ana, store } = await openApp()
    const reply = await ana.get(`${events}?after=now`, wait(1))
    expect(reply.headers['preference-applied']).toBe('wait=1')
    expect(reply.json()).toEqual({ events: [], cursor: `${store.epoch}.1`, more: false })
  })

  test('waits a minute at most', async () => {
    const { ana } = await openApp()
    const reply = await ana.get(`${events}?after=0`, wait(3_600))
    expect(reply.headers['preference-applied']).toBe('wait=60')
  })

  test('gets as many events as were asked for', async () => {
    const { ana, store } = await openApp()
    const waiting = ana.get(`${events}?after=now&limit=1`, wait(60))
    await ana.post(messages, { text: 'joins, and then says something' })
    const page = (await waiting).json()
    expect(page).toMatchObject({ events: [{ seq: 2, type: 'member.joined' }], cursor: `${store.epoch}.2`, more: true })
  })

  test('is answered, however many wait for the same, while others have a turn now and then', async () => {
    const { ana } = await openApp()
    let turn = 0
    let counting = true
    const count = () => {
      turn++
      if (counting) setImmediate(count)
    }
    const turns = new Set<number>()
    const waiting = Array.from({ length: 300 }, async () => {
      const reply = await ana.get(`${events}?after=now`, wait(60))
      turns.add(turn)
      return reply.json().events.length
    })
    await vi.waitFor(
      async () => expect((await ana.get('/metrics')).body).toContain('tertulia_streams{format="page"} 300'),
      20_000
    )
    count()
    await ana.put('/v1/rooms/general/members/me')
    expect(await Promise.all(waiting)).toEqual(Array.from({ length: 300 }, () => 1))
    counting = false
    expect(turns.size).toBeGreaterThan(5)
  })

  test('is answered with nothing lost when the server stops', async () => {
    const { app, ana, store } = await openApp()
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    await ana.put('/v1/rooms/general/members/me')
    const waiting = fetch(`${url}${events}?after=now`, { headers: { ...ana.headers, ...wait(60) } })
    await beginToFollow(ana, 'general', 'ana')
    await app.close()
    expect(await (await waiting).json()).toEqual({ events: [], cursor: `${store.epoch}.2`, more: false })
  })

  test('and leaves is not waited with', async () => {
    const { app, ana } = await openApp()
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
    await ana.put('/v1/rooms/general/members/me')
    const waiting = get({ port, path: `${events}?after=now`, headers: { ...ana.headers, ...wait(60) } })
    waiting.on('error', () => {})
    await beginToFollow(ana, 'general', 'ana')
    waiting.destroy()
    await vi.waitFor(async () => expect(await following(ana, 'general')).toEqual([]), 20_000)
  })

  test('in a private room sees who removed them, and then nothing', async () => {
    const { ana, luis } = await openApp()
    const room = '/v1/rooms/secret'
    await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
    await ana.put(`${room}/members/luis`)
    const waiting = luis.get(`${room}/events?after=now`, wait(60))
    await beginToFollow(ana, 'secret', 'luis')
    await Promise.all([ana.delete(`${room}/members/luis`), ana.post(`${room}/messages`, { text: 'not for luis' })])
    expect((await waiting).json().events).toMatchObject([{ type: 'member.left', member: { name: 'luis' } }])
    expect((await luis.get(`${room}/events?after=0`)).statusCode).toBe(404)
  })

  test.each([events, '/v1/events'])(
    'with a token that ends is told so soon, and nothing that is said after it ended: %s',
    async (path) => {
      const { app, ana, luis } = await openApp()
      await ana.put('/v1/rooms/general/members/me')
      const query = path === events ? 'after=now' : 'after=general:now'
      const waiting = ['spoken', 'silent'].map(async () => {
        const { code } = (await ana.post('/v1/links')).json()
        const phone = new Guest(app, (await app.inject({ method: 'POST', url: '/v1/sessions', payload: { code } })).json())
        return { phone, reply: phone.get(`${path}?${query}`, wait(60)) }
      })
      const [spoken, silent] = await Promise.all(waiting)
      await vi.waitFor(
        async () => expect((await app.inject('/metrics')).body).toContain('tertulia_streams{format="page"} 2\n'),
        20_000
      )
      await spoken?.phone.delete('/v1/sessions/current')
      await luis.post(messages, { text: 'not for a token that has ended' })
      const replies = [await spoken?.reply]
      expect((await silent?.reply)?.statusCode).toBe(200)
      const again = silent?.phone.get(`${path}?${query}`, wait(60))
      await vi.waitFor(
        async () => expect((await app.inject('/metrics')).body).toContain('tertulia_streams{format="page"} 1\n'),
        20_000
      )
      await silent?.phone.delete('/v1/sessions/current')
      replies.push(await again)
      for (const reply of replies) {
        expect(reply?.json()).toMatchObject({ status: 401, code: 'unauthorized' })
        expect(reply?.headers['www-authenticate']).toBe('Bearer realm="Tertulia", error="invalid_token"')
      }
    }
  )
})
