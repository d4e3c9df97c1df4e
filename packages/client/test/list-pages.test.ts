import { describe, expect, test } from 'vitest'
import { ChatClient } from '../src/index.ts'
import { nodeHttp } from '../src/transports/node-http.ts'
import { listedRoom, presentMember } from './support/examples.ts'
import { noPause } from './support/no-pause.ts'
import { answer, problem, serve } from './support/serve.ts'

/** Pages of some rooms, as a server behind a proxy that shows it under another path gives them. */
const pageOf = (url: string) => {
  const { searchParams } = new URL(url, 'http://any')
  const n = Number(searchParams.get('after') ?? 0)
  const link = n < 2 ? { link: `</hidden/v1/rooms?limit=1&after=${n + 1}>; rel="next"` } : {}
  return { body: { rooms: [listedRoom({ name: `room${n}` })] }, headers: link }
}

describe.each([
  ['fetch', undefined],
  ['node:http', nodeHttp()]
])('over %s', (_name, transport) => {
  const clientOf = (server: string) => new ChatClient({ server, token: 'secret', pace: noPause(), transport })

  test('a page of a list says where the next one begins', async () => {
    const { url, requests } = await serve(({ url }, response) => {
      const { body, headers } = pageOf(url)
      answer(response, 200, body, headers)
    })
    const { rooms } = clientOf(`${url}/chat`)
    expect(await rooms.list()).toEqual({ rooms: [listedRoom({ name: 'room0' })], next: '1' })
    expect(await rooms.list({ after: '2' })).toEqual({ rooms: [listedRoom({ name: 'room2' })], next: undefined })
    expect(requests.map((got) => got.url)).toEqual(['/chat/v1/rooms', '/chat/v1/rooms?after=2'])
  })

  test('all pages are read one after the other, as far as they are wanted, each with the same filters', async () => {
    const { url, requests } = await serve(({ url }, response, count) => {
      if (count === 2) return answer(response, 503, problem(503, 'draining'), { 'retry-after': '1' })
      const { body, headers } = pageOf(url)
      answer(response, 200, body, headers)
    })
    const { rooms } = clientOf(url)
    const names: string[] = []
    for await (const page of rooms.pages({ limit: 1, q: 'Röm', member: true })) names.push(...page.rooms.map(({ name }) => name))
    expect(names).toEqual(['room0', 'room1', 'room2'])
    const query = 'limit=1&q=R%C3%B6m&member=true'
    expect(requests.map((got) => got.url)).toEqual([
      `/v1/rooms?${query}`,
      ...['1', '1', '2'].map((after) => `/v1/rooms?limit=1&after=${after}&q=R%C3%B6m&member=true`)
    ])
    requests.length = 0
    for await (const _ of rooms.pages()) break
    expect(requests).toHaveLength(1)
  })

  test('a proxy that answers always with the same page is not asked for ever', async () => {
    const { url, requests } = await serve((_got, response) => {
      const { body, headers } = pageOf('/v1/rooms')
      answer(response, 200, body, headers)
    })
    for await (const _ of clientOf(url).rooms.pages()) if (requests.length > 9) break
    expect(requests).toHaveLength(2)
  })

  test('pages that go in a circle are read once', async () => {
    const { url, requests } = await serve(({ url }, response) => {
      const next = url.includes('after=1') ? 2 : 1
      const link = `</v1/rooms?after=${next}>; rel="next"`
      answer(response, 200, { rooms: [listedRoom({ name: 'room' })] }, { link })
    })
    for await (const _ of clientOf(url).rooms.pages()) if (requests.length > 9) break
    expect(requests).toHaveLength(3)
  })

  test('members are listed in the same way', async () => {
    const { url, requests } = await serve((_got, response) => answer(response, 200, { members: [presentMember()] }))
    const pages = clientOf(url).members.pages('a b', { connected: true, limit: 9 })
    expect((await pages.next()).value).toEqual({ members: [presentMember()], next: undefined })
    expect((await pages.next()).done).toBe(true)
    expect(requests.map((got) => got.url)).toEqual(['/v1/rooms/a%20b/members?limit=9&connected=true'])
  })
})
