import { expect, test } from 'vitest'
import { ChatClient } from '../src/index.ts'
import { message } from './support/examples.ts'
import { answer, serve } from './support/serve.ts'

test('what is found comes in pages, each asked for with all that the first one was', async () => {
  const { url, requests } = await serve(({ url: asked }, response) => {
    const n = Number(new URL(asked, 'http://any').searchParams.get('before') ?? 0)
    const link = n < 2 ? { link: `</hidden/v1/search?q=x&before=${n + 1}>; rel="next"` } : {}
    answer(response, 200, { messages: [message({ id: n })], complete: true }, link)
  })
  const { search } = new ChatClient({ server: url, token: 'secret' })
  expect(await search.find('"ñandú" rojo')).toEqual({ messages: [message({ id: 0 })], complete: true, next: '1' })
  const ids: number[] = []
  for await (const page of search.pages('rojo', { room: 'café', author: 'ana', limit: 1 }))
    ids.push(...page.messages.map(({ id }) => id))
  expect(ids).toEqual([0, 1, 2])
  expect(requests.map((got) => got.url)).toEqual([
    '/v1/search?q=%22%C3%B1and%C3%BA%22+rojo',
    '/v1/search?q=rojo&room=caf%C3%A9&author=ana&limit=1',
    '/v1/search?q=rojo&room=caf%C3%A9&author=ana&limit=1&before=1',
    '/v1/search?q=rojo&room=caf%C3%A9&author=ana&limit=1&before=2'
  ])
})
