import { concurrentSearchesMax } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { type Guest, openApp } from '../support/open-app.ts'

const find = async (guest: Guest, q: string, more = '') => guest.get(`/v1/search?q=${encodeURIComponent(q)}${more}`)
const texts = async (guest: Guest, q: string, more = '') =>
  (await find(guest, q, more)).json().messages.map(({ text }: { text: string }) => text)
const send = async (guest: Guest, text: string, room = 'general') =>
  (await guest.post(`/v1/rooms/${room}/messages`, { text })).json()

test('messages are found by their words, as they are now, the newest text first', async () => {
  const { ana, luis } = await openApp()
  const first = await send(ana, 'El Ñandú corre')
  const second = await send(luis, 'otro ñandú')
  const reply = await find(luis, 'ñand')
  expect([reply.statusCode, reply.json()]).toEqual([200, { messages: [second, first], complete: true }])
  await ana.put(`/v1/rooms/general/messages/${first.id}`, { text: 'El ñandú duerme' })
  await luis.delete(`/v1/rooms/general/messages/${second.id}`)
  expect((await find(luis, 'nandu')).json().messages).toMatchObject([{ id: first.id, text: 'El ñandú duerme', rev: 6 }])
  expect(await texts(luis, 'corre')).toEqual([])
})

test('a page says where the next one is, with all that was asked for', async () => {
  const { ana, luis } = await openApp()
  await ana.post('/v1/rooms', { name: 'café' })
  for (let n = 0; n < 5; n++) {
    await send(ana, `ñandú ${n}`, 'caf%C3%A9')
    await send(ana, `ñandú elsewhere ${n}`)
    await send(luis, `ñandú of luis ${n}`, 'caf%C3%A9')
  }
  const pages: string[][] = []
  let next: string | undefined = '/v1/search?q=%C3%B1and%C3%BA&room=caf%C3%A9&author=ana&limit=2'
  while (next) {
    const reply = await luis.get(next)
    pages.push(reply.json().messages.map(({ text }: { text: string }) => text))
    next = /^<(.*)>; rel="next"$/.exec(String(reply.headers.link))?.[1]
  }
  expect(pages).toEqual([['ñandú 4', 'ñandú 3'], ['ñandú 2', 'ñandú 1'], ['ñandú 0']])
  const head = await luis.ask('HEAD', '/v1/search?q=nandu&limit=1')
  expect([head.statusCode, head.body, head.headers.link]).toEqual([200, '', expect.stringContaining('rel="next"')])
})

test('a private room leaks nothing: no text, no page more, no number', async () => {
  const { ana, luis } = await openApp()
  await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
  await send(ana, 'zebra in the open')
  await send(ana, 'zebra to end the page')
  const cursorOf = async () => /before=([^&>]*)/.exec(String((await find(luis, 'zebra', '&limit=1')).headers.link))?.[1]
  const before = await find(luis, 'zebra')
  for (let n = 0; n < 30; n++) await send(ana, 'zebra hush', 'secret')
  expect((await find(luis, 'zebra')).json()).toEqual(before.json())
  expect((await find(luis, 'zebra')).headers.link).toBeUndefined()
  expect((await find(luis, 'hush')).json()).toEqual({ messages: [], complete: true })
  expect(Buffer.from((await cursorOf()) ?? '', 'base64url')).toHaveLength(16)
  const [hidden, absent] = [await find(luis, 'zebra', '&room=secret'), await find(luis, 'zebra', '&room=absent')]
  expect(hidden.json()).toMatchObject({ status: 404, code: 'room-not-found' })
  expect({ ...hidden.json(), detail: '', instance: '' }).toEqual({ ...absent.json(), detail: '', instance: '' })
  expect(await texts(ana, 'zebra hush', '&limit=100')).toHaveLength(30)
})

test('what cannot be searched for is refused, with what is wrong', async () => {
  const { ana } = await openApp()
  const refused = [
    ['', 'q'],
    ['?q=', 'q'],
    ['?q=%20%E2%80%A6', 'q'],
    [`?q=${'x'.repeat(401)}`, 'q'],
    [`?q=${'x%20'.repeat(17)}`, 'q'],
    ['?q=x&limit=0', 'limit'],
    ['?q=x&before=57', 'before'],
    ['?q=x&before=AAAAAAAAAAAAAAAAAAAAAA', 'before'],
    ['?q=x&after=1', 'after']
  ]
  for (const [query, parameter] of refused) {
    const problem = (await ana.get(`/v1/search${query}`)).json()
    expect(problem, query).toMatchObject({ status: 400, code: 'invalid-query', errors: [{ pointer: `#/${parameter}` }] })
  }
})

test('a room in another spelling and a user who is not there are told', async () => {
  const { ana } = await openApp()
  expect((await find(ana, 'x', '&room=General')).json()).toMatchObject({
    status: 404,
    detail: expect.stringContaining('general')
  })
  expect((await find(ana, 'x', '&author=nobody')).json()).toMatchObject({ status: 404, code: 'user-not-found' })
  expect((await find(ana, 'x', '&author=LUIS')).statusCode).toBe(200)
})

test('one user has some searches at once and no more, and others go on', async () => {
  const { ana, luis } = await openApp()
  const replies = await Promise.all(Array.from({ length: concurrentSearchesMax + 2 }, () => find(ana, 'x')))
  expect(replies.map(({ statusCode }) => statusCode).toSorted()).toEqual([...Array(concurrentSearchesMax).fill(200), 429, 429])
  expect(replies.find(({ statusCode }) => statusCode === 429)?.headers['retry-after']).toBe('1')
  expect((await find(luis, 'x')).statusCode).toBe(200)
  expect((await find(ana, 'x')).statusCode).toBe(200)
})
