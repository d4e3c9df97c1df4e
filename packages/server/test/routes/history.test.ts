import { pageBytesMax } from '@tertulia/protocol'
import { describe, expect, test } from 'vitest'
import { type Guest, openApp, openAppForAll } from '../support/open-app.ts'

const shared = openAppForAll()

const messages = '/v1/rooms/general/messages'

/** Ten messages: ids 3 to 12. */
async function talk(guest: Guest): Promise<void> {
  for (let n = 1; n <= 10; n++) await guest.post(messages, { text: `${n}` })
}
const page = async (guest: Guest, query: string) => {
  const reply = await guest.get(`${messages}${query}`)
  expect(reply.statusCode).toBe(200)
  return { ids: reply.json().messages.map(({ id }: { id: number }) => id), link: reply.headers.link, cursor: reply.json().cursor }
}

test('a room without messages has an empty page, and a cursor', async () => {
  const { ana, store } = await openApp()
  expect(await page(ana, '')).toEqual({ ids: [], link: undefined, cursor: `${store.epoch}.1` })
})

test('pages lead to those beside them', async () => {
  const { ana, store } = await openApp()
  await talk(ana)
  const newest = await page(ana, '?limit=4')
  expect(newest).toEqual({
    ids: [9, 10, 11, 12],
    link: `<${messages}?limit=4&before=9>; rel="prev"`,
    cursor: `${store.epoch}.12`
  })
  expect(await page(ana, '?limit=4&before=9')).toMatchObject({
    ids: [5, 6, 7, 8],
    link: `<${messages}?limit=4&before=5>; rel="prev", <${messages}?limit=4&after=8>; rel="next"`
  })
  expect(await page(ana, '?limit=4&before=5')).toMatchObject({ ids: [3, 4], link: `<${messages}?limit=4&after=4>; rel="next"` })
  expect(await page(ana, '?after=0&limit=2')).toMatchObject({ ids: [3, 4] })
  expect((await page(ana, '?around=7&limit=3')).ids).toContain(7)
  expect(await page(ana, '')).toMatchObject({ ids: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12] })
})

describe('of long texts', () => {
  /** Of 16 kB each, the longest that there are. */
  const long = '💬'.repeat(4_000)

  /** Every page from this one on, by what its Link says. */
  async function follow(guest: Guest, first: string, rel: 'prev' | 'next'): Promise<number[][]> {
    const pages: number[][] = []
    for (let query: string | undefined = first; query !== undefined; ) {
      const { ids, link } = await page(guest, query)
      pages.push(ids)
      query = new RegExp(`<${messages}([^>]*)>; rel="${rel}"`).exec(link?.toString() ?? '')?.[1]
    }
    return pages
  }

  test('a page ends after 256 KiB of them, and Link goes on from there without a gap', async () => {
    const { ana } = await openApp()
    const sent = []
    for (let n = 0; n < 40; n++) sent.push((await ana.post(messages, { text: n % 10 === 9 ? 'short' : long })).json().id)
    const perPage = Math.floor(pageBytesMax / Buffer.byteLength(long))
    for (const [first, rel] of [
      ['', 'prev'],
      ['?limit=200', 'prev'],
      ['?limit=200&before=9999', 'prev'],
      ['?limit=200&after=0', 'next']
    ] as const) {
      const pages = await follow(ana, first, rel)
      expect(pages.length, first).toBeGreaterThan(2)
      for (const ids of pages) expect(ids.length).toBeLessThanOrEqual(perPage + 2)
      expect((rel === 'prev' ? pages.reverse() : pages).flat(), first).toEqual(sent)
    }
    const asked = sent[20]
    const around = await page(ana, `?limit=200&around=${asked}`)
    expect(around.ids).toContain(asked)
    expect(around.ids.length).toBeLessThanOrEqual(perPage + 2)
    const [earlier, later] = [
      await follow(ana, `?around=${asked}&limit=200`, 'prev'),
      await follow(ana, `?around=${asked}&limit=200`, 'next')
    ]
    expect([...earlier.slice(1).reverse(), ...later].flat()).toEqual(sent)
  })
})

test('the version of a page is where the room has come to', async () => {
  const { ana, store } = await openApp()
  await ana.post(messages, { text: 'one' })
  const { etag } = (await ana.get(messages)).headers
  expect(etag).toBe(`"${store.epoch}.3"`)
  const known = await ana.get(messages, { 'if-none-match': String(etag) })
  expect([known.statusCode, known.body, known.headers.etag, known.headers['cache-control']]).toEqual([
    304,
    '',
    etag,
    'private, no-cache'
  ])
  await ana.put(`${messages}/3`, { text: 'two' })
  expect((await ana.get(messages, { 'if-none-match': String(etag) })).json().messages[0].text).toBe('two')
})

test('a page shows what another node has written into the same store, of which nobody told this one', async () => {
  const { ana, store, told } = await openApp()
  const { id } = (await ana.post(messages, { text: 'one' })).json()
  const texts = async (guest: Guest) => (await guest.get(messages)).json().messages.map(({ text }: { text: string }) => text)
  expect([await texts(ana), await texts(ana)]).toEqual([['one'], ['one']])
  const actor = (await store.user('ana'))?.id ?? 0
  const change = { actor, room: 'general', atMs: 0 }
  const heard = told.length
  await store.commit([{ kind: 'send', ...change, text: 'two' }])
  expect(await texts(ana)).toEqual(['one', 'two'])
  await store.commit([{ kind: 'edit', ...change, id, text: 'un' }])
  expect(await texts(ana)).toEqual(['un', 'two'])
  await store.commit([{ kind: 'delete', ...change, id }])
  expect(await texts(ana)).toEqual([null, 'two'])
  expect(told).toHaveLength(heard)
})

test.each([
  ['limit=0', '#/limit', 'must be a whole number from 1 to 200'],
  ['limit=201', '#/limit', 'must be a whole number from 1 to 200'],
  ['limit=+5', '#/limit', 'must be a whole number from 1 to 200'],
  ['limit=', '#/limit', 'must be a whole number from 1 to 200'],
  ['limit=1&limit=2', '#/limit', 'must be given once'],
  ['before=-1', '#/before', 'must be a whole number of at least 0'],
  ['before=1e3', '#/before', 'must be a whole number of at least 0'],
  ['before=9&after=3', '#/before', 'excludes after'],
  ['lmit=5', '#/lmit', 'is unknown; known: limit, before, after, around']
])('the query %s is refused', async (query, pointer, detail) => {
  const { ana } = shared()
  const reply = await ana.get(`${messages}?${query}`)
  expect(reply.statusCode).toBe(400)
  expect(reply.json()).toMatchObject({ code: 'invalid-query', errors: expect.arrayContaining([{ pointer, detail }]) })
})
