import { expect, test } from 'vitest'
import { ChatClient } from '../src/index.ts'
import { answer, serve } from './support/serve.ts'

test('a page of the log is asked for after a cursor', async () => {
  const page = { events: [], cursor: 'abcd1234.57', more: true }
  const { url, requests } = await serve((_asked, response) => answer(response, 200, page))
  const { events } = new ChatClient({ server: url, token: 'secret' })
  expect(await events.page('café', { after: 'abcd1234.7' })).toEqual(page)
  expect(await events.page('café', { after: '0', limit: 500 })).toEqual(page)
  expect(requests.map((got) => got.url)).toEqual([
    '/v1/rooms/caf%C3%A9/events?after=abcd1234.7',
    '/v1/rooms/caf%C3%A9/events?after=0&limit=500'
  ])
})
