import { describe, expect, test } from 'vitest'
import { freePort } from '../../server/test/processes/support/free-port.ts'
import { ChatClient, ConnectionError, isInDoubt, ProblemError, UnexpectedAnswer } from '../src/index.ts'
import { nodeHttp } from '../src/transports/node-http.ts'
import { message as exampleMessage, room } from './support/examples.ts'
import { noPause } from './support/no-pause.ts'
import { answer, problem, serve } from './support/serve.ts'

const message = exampleMessage({ id: 42, rev: 42 })

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error) => error
  )

describe.each([
  ['fetch', undefined],
  ['node:http', nodeHttp()]
])('over %s', (_name, transport) => {
  function clientOf(server: string) {
    const pace = noPause()
    return { client: new ChatClient({ server, token: 'secret', pace, transport }), pace }
  }

  test('a request carries the token, the body as JSON and a key, and gives the answer', async () => {
    const { url, requests } = await serve((_got, response) => answer(response, 201, message))
    const sent = await clientOf(url).client.messages.post('general', { text: '¿hola?' })
    expect(sent).toEqual(message)
    expect(requests[0]).toMatchObject({ method: 'POST', url: '/v1/rooms/general/messages', body: '{"text":"¿hola?"}' })
    expect(requests[0]?.headers).toMatchObject({ authorization: 'Bearer secret', 'content-type': 'application/json' })
    expect(requests[0]?.headers['idempotency-key']).toMatch(/^[0-9a-z]{26}$/)
  })

  test('names are escaped in paths, and a server may have a path of its own', async () => {
    const { url, requests } = await serve((_got, response) => answer(response, 200, { messages: [], cursor: 'e.0' }))
    await clientOf(`${url}/chat/`).client.messages.history('a/ñ', { limit: 10, before: 7 })
    expect(requests[0]?.url).toBe('/chat/v1/rooms/a%2F%C3%B1/messages?limit=10&before=7')
  })

  test('a page of history says where those beside it are', async () => {
    const link = '</v1/rooms/ops/messages?limit=50&before=8>; rel="prev", </v1/rooms/ops/messages?limit=50&after=57>; rel="next"'
    const { url } = await serve((_got, response, count) =>
      answer(response, 200, { messages: [], cursor: 'e.0' }, count === 1 ? { link } : {})
    )
    const { messages } = clientOf(url).client
    expect(await messages.history('ops')).toMatchObject({ earlier: { limit: 50, before: 8 }, later: { limit: 50, after: 57 } })
    expect(await messages.history('ops')).toEqual({ messages: [], cursor: 'e.0', earlier: undefined, later: undefined })
  })

  test('a room is changed, on a condition if there is one', async () => {
    const { url, requests } = await serve((_got, response) => answer(response, 200, room({ name: 'ops', archived: true })))
    const changed = await clientOf(url).client.rooms.change('ops', { archived: true }, { ifMatch: '"7f3a7f3a.9"' })
    expect(changed).toMatchObject({ archived: true })
    expect(requests[0]).toMatchObject({ method: 'PATCH', url: '/v1/rooms/ops', body: '{"archived":true}' })
    expect(requests[0]?.headers['if-match']).toBe('"7f3a7f3a.9"')
  })

  test('a 429 is waited for as long as it asks, and then the post has its effect', async () => {
    const { url, requests } = await serve((_got, response, count) => {
      if (count === 1) answer(response, 429, problem(429, 'rate-limited'), { 'retry-after': '3' })
      else answer(response, 201, message)
    })
    const pace = noPause()
    const told: unknown[] = []
    const onRetry = (failure: Error, waitMs: number) => told.push([failure.message, waitMs])
    const client = new ChatClient({ server: url, pace, onRetry, transport })
    expect(await client.messages.post('general', { text: 'hi' })).toEqual(message)
    expect(pace.pauses).toEqual([3_250])
    expect(told).toEqual([['Because.', 3_250]])
    expect(new Set(requests.map((got) => got.headers['idempotency-key'])).size).toBe(1)
  })

  test('a 308 is followed with body and token', async () => {
    const { url, requests } = await serve((got, response) => {
      if (got.url.includes('General')) answer(response, 308, {}, { location: '/v1/rooms/general/messages' })
      else answer(response, 201, message)
    })
    expect(await clientOf(url).client.messages.post('General', { text: 'hi' })).toEqual(message)
    expect(requests[1]).toMatchObject({ method: 'POST', body: '{"text":"hi"}' })
    expect(requests[1]?.headers.authorization).toBe('Bearer secret')
  })

  test('a 503 and a cut connection are tried again with the same key', async () => {
    const { url, requests } = await serve((_got, response, count) => {
      if (count === 1) answer(response, 503, problem(503, 'draining'), { 'retry-after': '2' })
      else if (count === 2) response.socket?.destroy()
      else answer(response, 201, message)
    })
    const { client, pace } = clientOf(url)
    expect(await client.messages.post('general', { text: 'hi' })).toEqual(message)
    expect(requests).toHaveLength(3)
    expect(new Set(requests.map((got) => got.headers['idempotency-key'])).size).toBe(1)
    expect(pace.pauses).toEqual([2_250, 500])
  })

  test('a Retry-After beyond the time limit is not waited for', async () => {
    const { url, requests } = await serve((_got, response) =>
      answer(response, 429, problem(429, 'rate-limited', 'Too many messages.'), { 'retry-after': '20' })
    )
    const error = await failure(clientOf(url).client.messages.post('general', { text: 'hi' }))
    expect(error).toBeInstanceOf(ProblemError)
    expect(error).toMatchObject({ code: 'rate-limited', status: 429, message: 'Too many messages.', retryAfterMs: 20_000 })
    expect(requests).toHaveLength(1)
  })

  test('without retry the first failure is the answer', async () => {
    const { url, requests } = await serve((_got, response) => answer(response, 503, problem(503, 'draining')))
    expect(await failure(clientOf(url).client.rooms.list({ retry: false }))).toMatchObject({ code: 'draining' })
    expect(requests).toHaveLength(1)
  })

  test('a change that was cut is not repeated, and says that it may have arrived', async () => {
    const { url, requests } = await serve((got, response) => {
      if (got.method === 'GET') answer(response, 500, problem(500, 'internal'))
      else response.socket?.destroy()
    })
    const error = await failure(clientOf(url).client.members.put('ops', 'luis'))
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({ reason: 'reset', mayHaveArrived: true, server: url })
    expect(requests.filter(({ method }) => method === 'PUT')).toHaveLength(1)
  })

  test.each([
    ['draining', { 'retry-after': '2' }],
    ['storage-busy', {}],
    ['http-503', { 'retry-after': '2' }]
  ])('a change that was not carried out (503 %s) is tried again', async (code, headers) => {
    const { url, requests } = await serve((_got, response, count) => {
      if (count === 1) answer(response, 503, code === 'http-503' ? {} : problem(503, code), headers)
      else answer(response, 200, message)
    })
    expect(await clientOf(url).client.messages.edit('general', 42, { text: 'hi' })).toEqual(message)
    expect(requests).toHaveLength(2)
  })

  test('a change whose outcome the server itself does not know is not tried again', async () => {
    const { url, requests } = await serve((_got, response) => answer(response, 503, problem(503, 'storage-failed')))
    const error = await failure(clientOf(url).client.messages.edit('general', 42, { text: 'hi' }))
    expect(error).toMatchObject({ code: 'storage-failed', mayHaveArrived: true })
    expect(requests).toHaveLength(1)
  })

  test.each([
    [500, 'internal', {}, true],
    [500, 'http-500', {}, true],
    [501, 'not-implemented', {}, false],
    [502, 'http-502', {}, true],
    [503, 'http-503', {}, true],
    [503, 'http-503', { 'retry-after': '2' }, false],
    [503, 'draining', { 'retry-after': '2' }, false],
    [503, 'storage-busy', { 'retry-after': '1' }, false],
    [503, 'storage-failed', {}, true],
    [504, 'http-504', {}, true],
    [504, 'outcome-unknown', { 'retry-after': '1' }, true],
    [507, 'storage-full', {}, false]
  ])('%i %s %o may come after the change: %s', async (status, code, headers, doubt) => {
    const { url } = await serve((_got, response) =>
      answer(response, status, code.startsWith('http-') ? {} : problem(status, code), headers)
    )
    const error = await failure(clientOf(url).client.messages.post('general', { text: 'hi' }, { retry: false }))
    expect([(error as ProblemError).code, isInDoubt(error)]).toEqual([code, doubt])
  })

  test('a change that the server failed over is looked at, and made if it was not', async () => {
    const { url, requests } = await serve((_got, response, count) => {
      if (count === 1) answer(response, 500, problem(500, 'internal'))
      else answer(response, 200, message, { etag: '"abcdefgh.42"' })
    })
    expect(await clientOf(url).client.messages.edit('general', 42, { text: 'hi' })).toEqual(message)
    expect(requests.map(({ method }) => method)).toEqual(['PUT', 'GET', 'PUT'])
  })

  test('a wait without an end is no time limit', async () => {
    const { url } = await serve((_got, response) => setTimeout(() => answer(response, 200, message), 50))
    expect(await clientOf(url).client.messages.get('general', 42, { timeoutMs: Infinity })).toEqual(message)
  })

  test('a server that goes away for good after a cut is reported with the doubt', async () => {
    const { url, server } = await serve((_got, response) => {
      server.close()
      response.socket?.destroy()
    })
    const error = await failure(clientOf(url).client.messages.post('general', { text: 'hi' }, { timeoutMs: 600 }))
    expect(error).toMatchObject({ reason: 'refused', mayHaveArrived: true })
  })

  test('a port that nobody listens at is reported at once', async () => {
    const url = `http://127.0.0.1:${await freePort()}`
    const { client, pace } = clientOf(url)
    const error = await failure(client.rooms.list())
    expect(error).toMatchObject({ reason: 'refused', mayHaveArrived: false })
    expect(error).toHaveProperty('message', `No server answers at ${url} (connection refused)`)
    expect(pace.pauses).toEqual([])
  })

  test('one that has answered before is expected back', async () => {
    const { url, requests, server } = await serve((_got, response) => answer(response, 201, message))
    await new Promise((closed) => server.close(closed))
    const back = {
      random: () => 1,
      pause: () => new Promise<void>((up) => server.listen(Number(new URL(url).port), '127.0.0.1', up))
    }
    const { messages } = new ChatClient({ server: url, token: 'secret', pace: back, transport })
    expect(await messages.post('general', { text: 'hi' }, { reached: true, idempotencyKey: 'k1' })).toEqual(message)
    expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['k1'])
  })

  test('a name that nobody has is told apart', async () => {
    expect(await failure(clientOf('http://nobody.invalid').client.rooms.list())).toMatchObject({ reason: 'dns' })
  })

  test('a server without TLS behind an https address is told apart', async () => {
    const { url } = await serve((_got, response) => answer(response, 200, {}))
    const error = await failure(clientOf(url.replace('http:', 'https:')).client.rooms.list())
    expect(error).toMatchObject({ reason: 'tls' })
  })

  test('silence is an answer-timeout', async () => {
    const { url } = await serve(() => {})
    const error = await failure(clientOf(url).client.rooms.list({ timeoutMs: 100 }))
    expect(error).toMatchObject({ reason: 'answer-timeout', mayHaveArrived: true, message: 'No answer in 0.1 s' })
  })

  test('an answer cut in its middle is a reset', async () => {
    const { url } = await serve((_got, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"rooms":', () => response.socket?.destroy())
    })
    expect(await failure(clientOf(url).client.rooms.list({ retry: false }))).toMatchObject({ reason: 'reset' })
  })

  test('the caller may give up', async () => {
    const gone = new Error('gone')
    const given = new AbortController()
    const { url } = await serve(() => given.abort(gone))
    expect(await failure(clientOf(url).client.rooms.list({ signal: given.signal }))).toBe(gone)
  })

  test("a proxy's own page becomes a problem", async () => {
    const { url } = await serve((_got, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'))
    expect(await failure(clientOf(url).client.rooms.list({ retry: false }))).toMatchObject({ code: 'http-502', status: 502 })
  })

  test('a page that is no JSON is no answer of ours', async () => {
    const { url } = await serve((_got, response) => response.writeHead(200).end('<h1>It works!</h1>'))
    expect(await failure(clientOf(url).client.rooms.list())).toBeInstanceOf(UnexpectedAnswer)
  })

  test('a deletion whose answer was cut is not reported as “already deleted”', async () => {
    const { url } = await serve((_got, response, count) => {
      if (count === 1) response.socket?.destroy()
      else answer(response, 410, problem(410, 'message-deleted'))
    })
    const { client } = clientOf(url)
    expect(await failure(client.messages.delete('general', 42))).toBeUndefined()
    expect(await failure(client.messages.delete('general', 42))).toMatchObject({ code: 'message-deleted' })
  })
})

test('an address that is none is refused at once', () => {
  expect(() => new ChatClient({ server: 'localhost:1543' })).toThrow('localhost:1543 is not an http or https address')
})
