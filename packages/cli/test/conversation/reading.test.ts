import { ChatClient } from '@tertulia/client'
import { expect, test } from 'vitest'
import { noPause } from '../../../client/test/support/no-pause.ts'
import { answer, serve } from '../../../client/test/support/serve.ts'
import { Reading } from '../../src/conversation/reading.ts'

const frame = (type: string) => `event: ${type}\ndata: ${JSON.stringify({ type, room: 'general', cursor: 'abcdefgh.7' })}\n\n`

test('a server that replaces the history again and again is asked again after a pause that grows', async () => {
  const { url, requests } = await serve((got, response) => {
    if (got.url.includes('/events')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(frame('ready') + frame('reset'))
    } else if (got.url.includes('/messages')) answer(response, 200, { messages: [], cursor: 'abcdefgh.7' })
    else answer(response, 200, { rooms: [] })
  })
  const stop = new AbortController()
  const pace = noPause()
  const told: string[] = []
  const tell = (what: string) => () => void told.push(what)
  const reading = new Reading(
    new ChatClient({ server: url, token: 'x' }),
    'general',
    {
      past: tell('past'),
      connected: tell('connected'),
      caughtUp: () => {},
      event: () => {},
      presence: () => {},
      disconnected: tell('disconnected'),
      replaced: () => {
        told.push('replaced')
        if (told.filter((what) => what === 'replaced').length === 9) stop.abort()
      }
    },
    pace
  )
  await reading.run(stop.signal)
  expect(pace.pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000])
  expect(told.slice(0, 7)).toEqual(['past', 'connected', 'replaced', 'past', 'connected', 'disconnected', 'replaced'])
  expect(requests.filter((got) => got.url.includes('/events'))).toHaveLength(9)
})
