import { expect, test } from 'vitest'
import { keyOfCursor, pageCursor } from '../../src/routes/page-cursor.ts'
import { beginToFollow } from '../support/following.ts'
import { type Guest, openApp } from '../support/open-app.ts'

const members = '/v1/rooms/general/members'

/** Ask as Link says until it says no more; the names on each page. */
async function pagesOf(guest: Guest, url: string): Promise<string[][]> {
  const pages: string[][] = []
  for (let next: string | undefined = url; next !== undefined; ) {
    const reply = await guest.get(next)
    expect(reply.statusCode, reply.body).toBe(200)
    const [list] = Object.values<{ name: string }[]>(reply.json())
    pages.push((list ?? []).map(({ name }) => name))
    next = linkOf(reply)
  }
  return pages
}

const linkOf = ({ headers }: { headers: Record<string, unknown> }) => /^<(.*)>; rel="next"$/.exec(`${headers.link}`)?.[1]

async function openRooms(...names: string[]) {
  const opened = await openApp()
  for (const name of names) expect((await opened.ana.post('/v1/rooms', { name })).statusCode).toBe(201)
  return opened
}

test('a list comes in pages, and Link leads from each to the next', async () => {
  const { ana } = await openRooms('Ops', 'café', 'den', '中文')
  expect(await pagesOf(ana, '/v1/rooms?limit=2')).toEqual([['café', 'den'], ['general', 'Ops'], ['中文']])
  expect(await pagesOf(ana, '/v1/rooms?limit=5')).toEqual([['café', 'den', 'general', 'Ops', '中文']])
  const first = await ana.get('/v1/rooms?limit=4')
  expect(linkOf(first)).toBe(`/v1/rooms?limit=4&after=${pageCursor('ops')}`)
})

test('filters stay from page to page', async () => {
  const { ana, luis } = await openRooms('Ops', 'ops-1', 'ops-2', 'other')
  await luis.post('/v1/rooms', { name: 'ops-3' })
  expect(await pagesOf(luis, '/v1/rooms?q=OPS&limit=2')).toEqual([
    ['Ops', 'ops-1'],
    ['ops-2', 'ops-3']
  ])
  expect(await pagesOf(ana, '/v1/rooms?q=ops&member=true&limit=1')).toEqual([['Ops'], ['ops-1'], ['ops-2']])
  expect(await pagesOf(luis, '/v1/rooms?member=true')).toEqual([['ops-3']])
  expect(await pagesOf(luis, '/v1/rooms?member=false&q=o%E2%80%8B')).toEqual([[]])
})

test('a page has a hundred entries unless it is told how many', async () => {
  const { ana, store } = await openApp()
  const user = await store.user('ana')
  const create = (n: number) =>
    ({ kind: 'create-room', actor: user?.id ?? 0, name: `r${n}`, title: '', visibility: 'public', atMs: 0 }) as const
  await store.commit(Array.from({ length: 250 }, (_, n) => create(n)))
  expect((await pagesOf(ana, '/v1/rooms')).map(({ length }) => length)).toEqual([100, 100, 51])
  expect((await pagesOf(ana, '/v1/rooms?limit=200')).map(({ length }) => length)).toEqual([200, 51])
})

test('HEAD says what GET does, and builds no body', async () => {
  const { ana } = await openRooms('ops')
  for (const url of ['/v1/rooms?limit=1', members]) {
    const [head, get] = [await ana.ask('HEAD', url), await ana.get(url)]
    expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([200, '', undefined])
    for (const field of ['link', 'content-type']) expect(head.headers[field]).toBe(get.headers[field])
  }
})

test('a page begins only where a Link said', async () => {
  const { ana } = await openApp()
  for (const after of ['', 'general!', 'Z2VuZXJhbA==', 'Z2VuZXJhbB', '_w', 'AA', 'x'.repeat(600)]) {
    for (const url of ['/v1/rooms', members, '/v1/rooms/absent/members']) {
      expect((await ana.get(`${url}?after=${after}`)).json(), after).toMatchObject({
        status: 400,
        code: 'invalid-query',
        errors: [{ pointer: '#/after', detail: expect.stringContaining('is not from a Link of this list') }]
      })
    }
  }
})

test('what is not understood in the query is pointed to', async () => {
  const { ana } = await openApp()
  const pointer = async (url: string) => (await ana.get(url)).json().errors[0].pointer
  expect(await pointer('/v1/rooms?q=%00')).toBe('#/q')
  expect(await pointer('/v1/rooms?limit=0')).toBe('#/limit')
  expect(await pointer('/v1/rooms?limit=201')).toBe('#/limit')
  expect(await pointer('/v1/rooms?member=yes')).toBe('#/member')
  expect(await pointer('/v1/rooms?connected=true')).toBe('#/connected')
  expect(await pointer(`${members}?member=true`)).toBe('#/member')
  expect(await pointer('/v1/rooms?after=Z2VuZXJhbA&after=Z2VuZXJhbA')).toBe('#/after')
})

test('a cursor is the key that it stands for, of any script', () => {
  for (const key of ['a', 'straße', 'σας', '中文', '\u{20000}', 'x'.repeat(200)]) {
    expect(keyOfCursor(pageCursor(key))).toBe(key)
    expect(encodeURIComponent(pageCursor(key))).toBe(pageCursor(key))
  }
})

test('inside another app, Link begins with its prefix', async () => {
  const { ana } = await openApp({}, '/chat')
  await ana.post('/chat/v1/rooms', { name: 'ops' })
  expect(linkOf(await ana.get('/chat/v1/rooms?limit=1'))).toMatch(/^\/chat\/v1\/rooms\?/)
})

test('members can be those who follow the room now, page by page; who follows without being one is none', async () => {
  const { ana, luis, signIn } = await openApp()
  const [eva, Bo, marta] = [await signIn('eva'), await signIn('Bo'), await signIn('marta')]
  for (const guest of [ana, luis, eva, Bo]) await guest.put(`${members}/me`)
  const follow = (guest: Guest) => guest.get('/v1/rooms/general/events', { prefer: 'wait=60' })
  const held = [follow(Bo), follow(luis), follow(luis), follow(eva), follow(marta)]
  for (const name of ['Bo', 'luis', 'eva']) await beginToFollow(ana, 'general', name)
  expect(await pagesOf(ana, `${members}?connected=true&limit=2`)).toEqual([['Bo', 'eva'], ['luis']])
  expect((await ana.get(`${members}?connected=true&limit=1`)).json()).toEqual({
    members: [{ name: 'Bo', kind: 'person', role: 'member', connected: true }]
  })
  expect(await pagesOf(ana, members)).toEqual([['ana', 'Bo', 'eva', 'luis']])
  expect(await pagesOf(ana, `${members}?q=B`)).toEqual([['Bo']])
  expect(await pagesOf(ana, `${members}?connected=true&q=l`)).toEqual([['luis']])
  await ana.post('/v1/rooms/general/messages', { text: 'that is all' })
  await Promise.all(held)
  expect(await pagesOf(ana, `${members}?connected=true`)).toEqual([[]])
})
