import type { InjectOptions } from 'fastify'
import { beforeAll, describe, expect, test } from 'vitest'
import { Guest, openAppForAll } from '../support/open-app.ts'
import { isLong } from '../support/test-length.ts'

/**
 * A private room leaks nothing but that its name is taken. Whoever is not in it asks for everything, in every way, once about the
 * room and once about one that is not there, with a name as long: the answers are the same but for the name and the request's id.
 */
const shared = openAppForAll()
const [hidden, absent] = ['secret', 'absent']

/** The same name in other spellings: of a room that one may see they lead there with 308. */
const spellings: ReadonlyArray<(name: string) => string> = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`,
  (name) => encodeURIComponent(String.fromCodePoint(name.charCodeAt(0) + 0xfee0) + name.slice(1)), // full width
  (name) => `${name}%20`
]

type Method = NonNullable<InjectOptions['method']>
type Ask = Required<Pick<InjectOptions, 'url'>> & { method: Method; payload?: string | object; headers?: Record<string, string> }

const json = { 'content-type': 'application/json' }
const payloads: ReadonlyArray<Pick<Ask, 'payload' | 'headers'>> = [
  {},
  { payload: {} },
  { payload: { text: 'hush' } },
  { payload: { text: '' } },
  { payload: { role: 'member' } },
  { payload: { title: 'Ours', visibility: 'public' } },
  { payload: { upTo: 3 } },
  { payload: { invite: '0123456789ABCDEFGHJKMNPQRS' } },
  { payload: '{"text":', headers: json },
  { payload: 'text=hush', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  { payload: 'hush', headers: { 'content-type': 'text/html' } }
]

/** Who is not in the room, or no longer. */
const viewers: Record<string, Guest> = {}
/** What the room has, and those who were in it know. */
let known: { cursor: string; etag: string; tag: string; id: number }

beforeAll(async () => {
  const { app, ana, signIn } = shared()
  const join = async (guest: Guest) => {
    await ana.put(`/v1/rooms/${hidden}/members/${guest.name}`)
    return guest
  }
  await ana.post('/v1/rooms', { name: hidden, visibility: 'private' })
  const [banned, removed, outlaw] = [
    await join(await signIn('banned')),
    await join(await signIn('removed')),
    await signIn('outlaw')
  ]
  const sent = await removed.post(`/v1/rooms/${hidden}/messages`, { text: 'hush' }, { 'idempotency-key': 'once' })
  const { cursor } = (await ana.get(`/v1/rooms/${hidden}/messages`)).json()
  const etag = String((await ana.get(`/v1/rooms/${hidden}`)).headers.etag)
  known = { cursor, etag, tag: String(sent.headers.etag), id: sent.json().id }

  const tokenOf = async (guest: Guest, limits: object) => {
    const { token } = (await guest.post('/v1/tokens', { name: JSON.stringify(limits), ...limits })).json()
    return new Guest(app, { user: (await guest.get('/v1/users/me')).json(), token })
  }
  const bound = await tokenOf(removed, { rooms: [hidden] })
  await ana.put(`/v1/rooms/${hidden}/members/banned`, { role: 'banned' })
  await ana.put(`/v1/rooms/${hidden}/members/outlaw`, { role: 'banned' })
  await ana.delete(`/v1/rooms/${hidden}/members/removed`)
  const outsider = await signIn('outsider')
  Object.assign(viewers, {
    'an outsider': outsider,
    'a member who was removed': removed,
    'a member who was banned': banned,
    'a banned user who never was a member': outlaw,
    'a token for that room alone, of a member who was removed': bound,
    'a token that only reads': await tokenOf(outsider, { scope: 'read' }),
    'a token for another room': await tokenOf(outsider, { rooms: ['general'] }),
    'a bot': new Guest(app, (await outsider.post('/v1/bots', { name: 'ci' })).json())
  })
})

/** Every path that is about one room, of every route. */
const pathsOf = (room: string): string[] => {
  const urls = new Set(shared().routes.flatMap((route) => (route.includes(':room') ? [route.replace(/^\S+ /, '')] : [])))
  return [...urls].flatMap((url) => {
    const path = url.replace(':room', room).replace(':id', `${known.id}`)
    return path.includes(':name') ? ['me', 'ana', 'nobody'].map((name) => path.replace(':name', name)) : [path]
  })
}

const readings: readonly Method[] = ['GET', 'HEAD', 'OPTIONS', 'DELETE']
const writings: readonly Method[] = ['POST', 'PUT', 'PATCH']

/** Every method, also those that a path does not take, with every body. */
const plainly = (room: string): Ask[] =>
  pathsOf(room).flatMap((url) => [
    ...readings.map((method) => ({ method, url })),
    ...writings.flatMap((method) => payloads.map((payload) => ({ method, url, ...payload })))
  ])

/** What the room has is offered as a condition, a cursor or a key; what does not fit comes too. */
const inDetail = (room: string): Ask[] => {
  const { cursor, etag, tag, id } = known
  const path = `/v1/rooms/${room}`
  const queries = ['limit=0', 'nope=1', 'after=0', `after=${cursor}`, 'after=x', 'before=9', `around=${id}`, 'role=banned', 'q=r']
  const fields: Record<string, string>[] = [
    { 'if-none-match': etag },
    { 'if-none-match': tag },
    { accept: 'text/event-stream' },
    { accept: 'image/png' },
    { 'last-event-id': cursor },
    { 'last-event-id': 'x' },
    { prefer: 'wait=60' },
    { expect: '100-continue' }
  ]
  const rooms = [`${room}:now`, `${room}:0`, `${room}:${cursor}`, `${room}:x`, `general:now,${room}:0`]
  return [
    ...pathsOf(room).flatMap((url) => queries.map((query): Ask => ({ method: 'GET', url: `${url}?${query}` }))),
    ...pathsOf(room).flatMap((url) => fields.map((headers): Ask => ({ method: 'GET', url, headers }))),
    ...[etag, tag, '*', 'x'].flatMap((ifMatch): Ask[] => [
      { method: 'PATCH', url: path, payload: { title: 'Ours' }, headers: { 'if-match': ifMatch } },
      { method: 'PUT', url: `${path}/messages/${id}`, payload: { text: 'hush' }, headers: { 'if-match': ifMatch } },
      { method: 'DELETE', url: `${path}/messages/${id}`, headers: { 'if-match': ifMatch } }
    ]),
    ...['hush', 'other'].map((text): Ask => {
      return { method: 'POST', url: `${path}/messages`, payload: { text }, headers: { 'idempotency-key': 'once' } }
    }),
    ...['0', '1', '999', 'x'].map((id): Ask => ({ method: 'GET', url: `${path}/messages/${id}` })),
    ...rooms.flatMap((after) =>
      [{}, { accept: 'text/event-stream' }, { prefer: 'wait=60' }].map((headers): Ask => {
        return { method: 'GET', url: `/v1/events?after=${after}`, headers }
      })
    ),
    { method: 'GET', url: `/v1/search?q=hush&room=${room}` },
    { method: 'GET', url: `/v1/search?q=hush&room=${room}&author=ana` },
    { method: 'GET', url: `/v1/search?q=hush&room=${room}&before=x` },
    { method: 'GET', url: `/v1/rooms?q=${room}` },
    { method: 'GET', url: `/v1/rooms?q=${room}&member=true` },
    { method: 'GET', url: `/v1/tokens?q=${room}` },
    { method: 'POST', url: '/v1/tokens', payload: { name: 'mine', rooms: ['general', room] } },
    { method: 'POST', url: '/v1/invites', payload: { room } }
  ]
}

/** Everything of an answer that may tell something, with the name and the request's id left out. */
async function told(viewer: Guest | undefined, { method, url, payload, headers }: Ask): Promise<string> {
  const asked: InjectOptions = { method, url, headers: { ...viewer?.headers, ...headers } }
  if (payload !== undefined) asked.payload = payload
  const { statusCode, headers: answered, body } = await shared().app.inject(asked)
  const { date: _, 'content-length': length, ...fields } = answered
  expect(
    length === undefined || method === 'HEAD' || Number(length) === Buffer.byteLength(body),
    'its length is that of its body'
  ).toBe(true)
  const instance = /"instance":"(.*?)"/.exec(body)?.[1] ?? ''
  const text = JSON.stringify([statusCode, fields, method === 'HEAD' ? lengthWithout(length) : '', body])
  return names.reduce((left, one) => left.replaceAll(one, 'NAME'), instance === '' ? text : text.replaceAll(instance, 'ID'))
}

/** Both, because a token may say for which room it is. */
const names = spellings.flatMap((spell) => [hidden, absent].flatMap((name) => [spell(name), decodeURIComponent(spell(name))]))

/** Ids of requests grow, but by one character at most here. */
const lengthWithout = (length: unknown) => (length === undefined ? 'none' : 'given')

async function differences(viewer: Guest | undefined, asks: (room: string) => Ask[], spell = spellings[0]): Promise<string[]> {
  const spelled = spell ?? ((name: string) => name)
  const [here, there] = [asks(spelled(hidden)), asks(spelled(absent))]
  const found: string[] = []
  for (const [n, ask] of here.entries()) {
    const answers = [await told(viewer, ask), await told(viewer, there[n] as Ask)]
    if (answers[0] !== answers[1])
      found.push(`${ask.method} ${ask.url} ${JSON.stringify(ask.payload ?? '')}: ${answers.join(' / ')}`)
  }
  expect(here.length).toBeGreaterThan(50)
  return found
}

const who = ['an outsider', 'a member who was removed', 'a member who was banned']
const others = [
  'a banned user who never was a member',
  'a token for that room alone, of a member who was removed',
  'a token that only reads',
  'a token for another room',
  'a bot',
  'nobody in particular'
]

describe.each(isLong ? [...who, ...others] : who)('a private room is as one that is not there for %s', (name) => {
  test('whatever the method and the body', async () => {
    expect(await differences(viewers[name], plainly)).toEqual([])
  })

  test('whatever is said of it besides', async () => {
    expect(await differences(viewers[name], inDetail)).toEqual([])
  })
})

test.each(spellings.slice(1).map((spell) => spell(hidden)))('so it is when its name is written %s', async (spelled) => {
  const spell = spellings.find((one) => one(hidden) === spelled)
  const asks = (room: string) =>
    pathsOf(room).flatMap((url) => [...readings, ...writings].map((method): Ask => ({ method, url, payload: { text: 'hush' } })))
  for (const name of isLong ? [...who, ...others] : ['a member who was banned']) {
    expect(await differences(viewers[name], asks, spell)).toEqual([])
  }
})

test('lists, searches and their next pages are as if it were not there', async () => {
  const { app, ana } = shared()
  const others = Object.entries(viewers).filter(([name]) => !name.startsWith('a token for that room'))
  await ana.post('/v1/rooms', { name: 'zebra' })
  for (const [name, viewer] of others) {
    const rooms = await viewer.get('/v1/rooms?limit=1')
    const [, next] = /<(.*?)>/.exec(String(rooms.headers.link)) ?? []
    const names = [rooms, ...(next ? [await viewer.get(next)] : [])].flatMap((reply) => reply.json().rooms)
    const expected = name === 'a token for another room' ? ['general'] : ['general', 'zebra']
    expect([name, names.map((room: { name: string }) => room.name)]).toEqual([name, expected])
    const found = await viewer.get('/v1/search?q=hush')
    expect([name, found.json(), found.headers.link]).toEqual([name, { messages: [], complete: true }, undefined])
  }
  expect((await app.inject({ method: 'GET', url: '/v1/limits' })).body).not.toContain(hidden)
})

test('only that its name is taken shows', async () => {
  const { luis } = shared()
  expect((await luis.post('/v1/rooms', { name: hidden })).json()).toMatchObject({ status: 409, code: 'name-taken' })
  expect((await luis.post('/v1/rooms', { name: 'SECRET', visibility: 'private' })).json()).toMatchObject({ code: 'name-taken' })
})
