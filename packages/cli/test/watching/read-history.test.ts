import { ChatClient } from '@tertulia/client'
import { expect, test } from 'vitest'
import { answer, serve } from '../../../client/test/support/serve.ts'
import { readHistory } from '../../src/watching/read-history.ts'
import { message } from '../support/message.ts'

test.each(['before', 'after', 'around'])('empty pages that name another one %s are not asked for ever', async (place) => {
  const { url, requests } = await serve((_got, response, count) => {
    const link = ['prev', 'next'].map((rel) => `</v1/rooms/general/messages?before=${1_000 - count}>; rel="${rel}"`).join(', ')
    if (count > 9) response.destroy()
    else answer(response, 200, { messages: count === 1 ? [message(7, 'hola')] : [], cursor: 'abcdefgh.7' }, { link })
  })
  const client = new ChatClient({ server: url, token: 'x' })
  const { messages } = await readHistory(client, 'general', { limit: 50, [place]: 7 })
  expect(messages).toHaveLength(1)
  expect(requests.length).toBeLessThan(6)
})
