import { expect, test } from 'vitest'
import { ChatClient } from '../src/index.ts'
import { noPause } from './support/no-pause.ts'
import { answer, problem, serve } from './support/serve.ts'

test('a room is marked as read up to a message, or whole; it may be asked for again', async () => {
  const { url, requests } = await serve((_got, response, count) => {
    if (count === 1) return answer(response, 503, problem(503, 'storage-failed'))
    answer(response, 200, { room: 'café', readUpTo: 57, unread: 1 })
  })
  const { readMarkers } = new ChatClient({ server: url, token: 'secret', pace: noPause() })
  expect(await readMarkers.put('café', 57)).toEqual({ room: 'café', readUpTo: 57, unread: 1 })
  await readMarkers.put('café')
  expect(requests.map(({ method, url, body }) => [method, url, JSON.parse(body)])).toEqual(
    [57, 57, Number.MAX_SAFE_INTEGER].map((upTo) => ['PUT', '/v1/rooms/caf%C3%A9/read-marker', { upTo }])
  )
})
