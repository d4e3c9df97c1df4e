import { expect, test } from 'vitest'
import { ChatClient } from '../src/index.ts'
import { nodeHttp } from '../src/transports/node-http.ts'
import { message, room } from './support/examples.ts'
import { answer, problem, serve } from './support/serve.ts'

const lines = [
  { type: 'room', ...room({ name: 'café' }) },
  { type: 'message', ...message({ id: 3, text: 'ñandú 🦤' }) },
  { type: 'end', cursor: 'abcd1234.3', messages: 1 }
]
const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')

const received = async (client: ChatClient) => {
  const got: unknown[] = []
  try {
    for await (const line of client.export('café')) got.push(line)
  } catch (error) {
    return { got, error }
  }
  return { got }
}

test.each([
  ['fetch', undefined],
  ['node:http', nodeHttp()]
])('over %s the lines of an export come whole, wherever the bytes of it were divided', async (_name, transport) => {
  const { url, requests } = await serve((_got, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' })
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at += 5) response.write(bytes.subarray(at, at + 5))
    response.end()
  })
  const client = new ChatClient({ server: url, token: 'secret', transport })
  expect(await received(client)).toEqual({ got: lines })
  expect(requests[0]).toMatchObject({
    url: '/v1/rooms/caf%C3%A9/export',
    headers: { accept: 'application/x-ndjson', authorization: 'Bearer secret' }
  })
})

test.each([
  ['in the middle of a line', text.slice(0, -10), 2],
  ['between two lines', text.slice(0, text.indexOf('\n') + 1), 1]
])('an export that was cut %s is no whole one', async (_where, sent, count) => {
  const { url } = await serve((_got, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(sent)
  })
  const { got, error } = await received(new ChatClient({ server: url }))
  expect(got).toEqual(lines.slice(0, count))
  expect(error).toMatchObject({ name: 'ConnectionError', reason: 'reset' })
})

test('what the server refuses is refused, and what is no export is none', async () => {
  const { url } = await serve((_got, response, count) => {
    if (count === 1) answer(response, 404, problem(404, 'room-not-found'))
    else answer(response, 200, { rooms: [] })
  })
  const client = new ChatClient({ server: url })
  expect((await received(client)).error).toMatchObject({ status: 404, code: 'room-not-found' })
  expect((await received(client)).error).toMatchObject({ name: 'UnexpectedAnswer' })
})
