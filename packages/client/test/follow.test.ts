import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { ChatClient, ConnectionError, type Followed, type FollowRoomOptions, ProblemError } from '../src/index.ts'
import { nodeHttp } from '../src/transports/node-http.ts'
import { sent } from './support/examples.ts'
import { noPause } from './support/no-pause.ts'
import { answer, problem, serve } from './support/serve.ts'

const epoch = '7f3a7f3a'
const ready = (seq: number) => `event: ready\ndata: {"type":"ready","room":"general","cursor":"${epoch}.${seq}"}\n\n`
const event = (seq: number) => `id: ${epoch}.${seq}\ndata: ${JSON.stringify(sent(seq))}\n\n`
const goodbye = (retryMs: number) => `event: goodbye\ndata: {"type":"goodbye","retryMs":${retryMs}}\n\n`

function stream(response: ServerResponse, ...frames: string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  response.write(frames.join(''))
}

/** Cut the connection once these frames are on their way. */
function streamThenCut(response: ServerResponse, ...frames: string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(frames.join(''), () => setImmediate(() => response.socket?.destroy()))
}

describe.each([
  ['fetch', undefined],
  ['node:http', nodeHttp()]
])('over %s', (_name, transport) => {
  function follow(server: string, options: FollowRoomOptions = {}) {
    const pace = noPause()
    const until = new AbortController()
    const client = new ChatClient({ server, token: 'secret', pace, transport })
    const follower = client.follow('general', { signal: until.signal, ...options })
    const seen: Followed[] = []
    /** Read until `enough` says so; throws what the iteration throws. */
    const read = async (enough: (item: Followed) => boolean = () => false) => {
      for await (const item of follower) {
        seen.push(item)
        if (enough(item)) until.abort()
      }
      return seen.map((item) => ('seq' in item ? item.seq : item.type))
    }
    return { follower, read, seen, pace, until }
  }
  const isEvent = (seq: number) => (item: Followed) => 'seq' in item && item.seq === seq

  test('a cut connection is resumed after the last event', async () => {
    const { url, requests } = await serve((_got, response, count) => {
      if (count === 1) streamThenCut(response, ready(5), event(6), event(7))
      else stream(response, ready(7), event(8))
    })
    const { read, follower } = follow(url, { after: `${epoch}.5` })
    expect(await read(isEvent(8))).toEqual(['ready', 6, 7, 'disconnected', 'ready', 8])
    expect(requests.map((got) => got.url)).toEqual([
      `/v1/rooms/general/events?after=${epoch}.5`,
      `/v1/rooms/general/events?after=${epoch}.7`
    ])
    expect(requests[0]?.headers).toMatchObject({ accept: 'text/event-stream', authorization: 'Bearer secret' })
    expect(follower.cursor).toBe(`${epoch}.8`)
  })

  test('who comes and goes is told, and does not move the cursor', async () => {
    const presence = { type: 'presence', room: 'general', connected: ['luis'], disconnected: [], more: false } as const
    const { url, requests } = await serve((_got, response, count) => {
      const note = `event: presence\ndata: ${JSON.stringify(presence)}\n\n`
      if (count === 1) streamThenCut(response, ready(5), event(6), note)
      else stream(response, event(7))
    })
    const { read, seen } = follow(url, { after: `${epoch}.5` })
    expect(await read(isEvent(7))).toEqual(['ready', 6, 'presence', 'disconnected', 7])
    expect(seen[2]).toEqual(presence)
    expect(requests[1]?.url).toBe(`/v1/rooms/general/events?after=${epoch}.6`)
  })

  test('a connection cut before its first event is reopened with the cursor it was opened with', async () => {
    const { url, requests } = await serve((_got, response, count) => {
      if (count === 1) streamThenCut(response, ready(9))
      else stream(response, ready(9), event(6))
    })
    await follow(url, { after: `${epoch}.5` }).read(isEvent(6))
    expect(requests.map((got) => got.url.split('after=')[1])).toEqual([`${epoch}.5`, `${epoch}.5`])
  })

  test('“now” becomes the place that the first connection began at', async () => {
    const { url, requests } = await serve((_got, response, count) => {
      if (count === 1) streamThenCut(response, ready(41))
      else stream(response, event(42))
    })
    await follow(url).read(isEvent(42))
    expect(requests.map((got) => got.url.split('after=')[1])).toEqual(['now', `${epoch}.41`])
  })

  test('a goodbye is followed by coming back after the time it names', async () => {
    const { url } = await serve((_got, response, count) => {
      if (count === 1) {
        stream(response, event(1), goodbye(2_310))
        response.end()
      } else stream(response, event(2))
    })
    const { read, pace, seen } = follow(url, { after: '0' })
    expect(await read(isEvent(2))).toEqual([1, 'disconnected', 2])
    expect(seen[1]).toEqual({ type: 'disconnected', retryMs: 2_310 })
    expect(pace.pauses).toEqual([2_310])
  })

  test('a server that is away is tried for ever, more and more rarely', async () => {
    const { url } = await serve((_got, response, count) => {
      if (count === 1) streamThenCut(response, event(1))
      else if (count < 9) answer(response, 503, problem(503, 'draining'))
      else stream(response, event(2))
    })
    const { read, pace } = follow(url, { after: '0' })
    await read(isEvent(2))
    expect(pace.pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
  })

  test.each([
    ['is cut as soon as it has begun', (response: ServerResponse) => streamThenCut(response, ready(5))],
    ['says goodbye as soon as it has begun', (response: ServerResponse) => stream(response, ready(5), goodbye(0))],
    ['ends at once', (response: ServerResponse) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end()]
  ])('a connection that %s, again and again, is tried more and more rarely', async (_, end) => {
    const { url } = await serve((_got, response, count) => {
      if (count < 6) end(response)
      else stream(response, event(6))
    })
    const { read, pace } = follow(url, { after: `${epoch}.5`, reached: true })
    await read(isEvent(6))
    expect(pace.pauses.slice(1)).toEqual([1_000, 2_000, 4_000, 8_000])
  })

  test('a connection on which something happened begins the count anew', async () => {
    const { url } = await serve((_got, response, count) => {
      if (count < 4) streamThenCut(response, event(count))
      else stream(response, event(4))
    })
    const { read, pace } = follow(url, { after: '0' })
    await read(isEvent(4))
    expect(pace.pauses).toEqual([500, 500, 500])
  })

  test('a Retry-After is honoured', async () => {
    const { url } = await serve((_got, response, count) => {
      if (count === 1) streamThenCut(response, event(1))
      else if (count === 2) answer(response, 429, problem(429, 'rate-limited'), { 'retry-after': '30' })
      else stream(response, event(2))
    })
    const { read, pace } = follow(url, { after: '0' })
    await read(isEvent(2))
    expect(pace.pauses).toEqual([500, 31_000])
  })

  test.each(['3000000', '99999999999999999999', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'whatever a proxy says (Retry-After: %s), it is asked again within minutes',
    async (value) => {
      const { url } = await serve((_got, response, count) => {
        if (count === 1) streamThenCut(response, event(1))
        else if (count === 2) response.writeHead(503, { 'retry-after': value }).end('<h1>Service unavailable</h1>')
        else stream(response, event(2))
      })
      const { read, pace } = follow(url, { after: '0' })
      await read(isEvent(2))
      expect(pace.pauses).toEqual([500, 301_000])
    }
  )

  test.each([
    [3e12, 300_000],
    [2 ** 31, 300_000],
    [-5, 100],
    [0, 100],
    ['soon', 500],
    [null, 500]
  ])('a goodbye until %j is taken with a grain of salt', async (retryMs, waited) => {
    const { url } = await serve((_got, response, count) => {
      if (count === 1) {
        stream(response, event(1), `event: goodbye\ndata: ${JSON.stringify({ type: 'goodbye', retryMs })}\n\n`)
        response.end()
      } else stream(response, event(2))
    })
    const { read, pace } = follow(url, { after: '0' })
    await read(isEvent(2))
    expect(pace.pauses).toEqual([waited])
  })

  test('a connection on which nothing comes any more is given up and resumed', async () => {
    const { url, requests } = await serve((_got, response, count) => {
      if (count === 1) stream(response, event(1))
      else stream(response, event(2))
    })
    const { read, seen } = follow(url, { after: '0', quietMs: 200 })
    await read(isEvent(2))
    expect(seen[1]).toMatchObject({ type: 'disconnected', error: { reason: 'answer-timeout' } })
    expect(requests[1]?.url).toContain(`after=${epoch}.1`)
  })

  test('heartbeats keep a quiet connection', async () => {
    const { url, requests } = await serve((_got, response) => {
      stream(response, event(1))
      let beats = 0
      const timer = setInterval(() => {
        if (++beats < 40) response.write(':\n\n')
        else response.write(event(2), () => clearInterval(timer))
      }, 50)
    })
    await follow(url, { after: '0', quietMs: 1_500 }).read(isEvent(2))
    expect(requests).toHaveLength(1)
  })

  test('a first connection that fails is thrown', async () => {
    // The port of a server that has just ended may be another test's by now.
    const url = 'http://127.0.0.1:2'
    await expect(follow(url).read()).rejects.toMatchObject({ name: 'ConnectionError', reason: 'refused' })
    await expect(follow(url).read()).rejects.toBeInstanceOf(ConnectionError)
  })

  test('one that fails is tried again where the server has answered before', async () => {
    const { url } = await serve((_got, response, count) => {
      if (count === 1) response.socket?.destroy()
      else stream(response, ready(5), event(6))
    })
    const { read } = follow(url, { after: `${epoch}.5`, reached: true })
    expect(await read(isEvent(6))).toEqual(['disconnected', 'ready', 6])
  })

  test.each([
    [401, 'unauthorized'],
    [403, 'banned'],
    [404, 'room-not-found'],
    [410, 'cursor-expired']
  ])('%i ends it, also later on', async (status, code) => {
    const { url } = await serve((_got, response, count) => {
      if (count === 1) streamThenCut(response, event(1))
      else answer(response, status, problem(status, code, 'Why.', { cursor: `${epoch}.64` }))
    })
    const { read } = follow(url, { after: '0' })
    await expect(read()).rejects.toMatchObject({ name: 'ProblemError', status, code })
  })

  test('a reset is told as cursor-expired, with the head', async () => {
    const { url } = await serve((_got, response) => {
      stream(response, event(1), `event: reset\ndata: {"type":"reset","room":"general","cursor":"bbbbbbbb.64"}\n\n`)
      response.end()
    })
    const { read, seen } = follow(url, { after: '0' })
    const error = await read().catch((thrown) => thrown)
    expect(error).toBeInstanceOf(ProblemError)
    expect(error).toMatchObject({ code: 'cursor-expired', problem: { cursor: 'bbbbbbbb.64' } })
    expect(seen).toHaveLength(1)
  })

  test('aborting ends it quietly, also while it waits to come back', async () => {
    const { url } = await serve((_got, response) => streamThenCut(response, event(1)))
    const { read } = follow(url, { after: '0' })
    expect(await read((item) => item.type === 'disconnected')).toEqual([1, 'disconnected'])
  })

  test('aborting ends it also where all of the stream has come and is not read yet', async () => {
    let finish = () => {}
    const { url } = await serve((_got, response, count) => {
      if (count > 1) return answer(response, 200, {})
      stream(response, ready(5), event(6))
      finish = () => response.end(event(7))
    })
    const { follower, until } = follow(url, { after: `${epoch}.5` })
    const items = follower[Symbol.asyncIterator]()
    await items.next()
    await items.next()
    finish()
    await fetch(url) // which is answered after that
    until.abort()
    while (!(await items.next()).done);
  })

  test('several rooms are followed on one connection, each resumed after its own last event', async () => {
    const at = (room: string, seq: number) => `id: ${epoch}.${seq}\ndata: ${JSON.stringify(sent(seq, { room }))}\n\n`
    const begun = (room: string, seq: number) =>
      `event: ready\ndata: {"type":"ready","room":"${room}","cursor":"${epoch}.${seq}"}\n\n`
    const { url, requests } = await serve((_got, response, count) => {
      if (count === 1)
        streamThenCut(
          response,
          begun('general', 5),
          begun('ñ', 40),
          begun('quiet', 7),
          at('ñ', 41),
          at('general', 6),
          at('ñ', 42)
        )
      else stream(response, at('quiet', 8))
    })
    const client = new ChatClient({ server: url, token: 'secret', pace: noPause(), transport })
    const until = new AbortController()
    const follower = client.followRooms({ general: `${epoch}.5`, ñ: 'now', quiet: 'now' }, { signal: until.signal })
    const seen: string[] = []
    for await (const item of follower) {
      if ('seq' in item) seen.push(`${item.room} ${item.seq}`)
      if (seen.at(-1) === 'quiet 8') until.abort()
    }
    expect(seen).toEqual(['ñ 41', 'general 6', 'ñ 42', 'quiet 8'])
    expect(requests.map((got) => got.url)).toEqual([
      `/v1/events?after=general:${epoch}.5,%C3%B1:now,quiet:now`,
      `/v1/events?after=general:${epoch}.6,%C3%B1:${epoch}.42,quiet:${epoch}.7`
    ])
    expect(follower.cursor).toEqual({ general: `${epoch}.6`, ñ: `${epoch}.42`, quiet: `${epoch}.8` })
  })
})
