import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { noRateLimits } from '@tertulia/protocol'
import type { FastifyServerOptions } from 'fastify'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { answerHeaders } from '../../src/connections/answer-headers.ts'
import type { BacklogBounds } from '../../src/connections/backlog.ts'
import { type Guest, openApp } from '../support/open-app.ts'

const messages = '/v1/rooms/general/messages'
const kib = 1024

/** A server with a page of 256 KiB, and so much room for what is not read. */
async function opened(backlog: Partial<BacklogBounds> = {}, root: FastifyServerOptions = {}) {
  const { app, store, ana, luis } = await openApp({ backlog }, '', onTestFinished, root)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const send = { actor: (await store.user('ana'))?.id ?? 0, room: 'general', text: '💬'.repeat(4_000), atMs: 0 }
  await store.commit(Array.from({ length: 16 }, () => ({ kind: 'send', ...send }) as const))
  const backlogBytes = async () => Number(/^tertulia_backlog_bytes (\d+)$/m.exec((await app.inject('/metrics')).body)?.[1])
  const open = async (bytes: string): Promise<Socket> => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    socket.pause()
    socket.write(bytes)
    await once(socket, 'connect')
    return socket
  }
  /** Ask on one connection until the kernel takes no more of an answer, and read none. Each is asked for when the one before it has left. */
  const askAndNotRead = async (path: string, headers: Record<string, string> = {}): Promise<Socket> => {
    const socket = await open('')
    for (let asked = 0; asked < 200; asked++) {
      const begun = once(app.server, 'request')
      socket.write(asks(path, headers))
      const [, response] = (await begun) as [IncomingMessage, ServerResponse]
      while (!response.headersSent) await nextTurn()
      await manyTurns()
      if (!response.writableFinished) return socket
    }
    throw new Error('the kernel takes every answer')
  }
  return { app, ana, luis, open, askAndNotRead, backlogBytes }
}

/** More than it takes to hand an answer to the kernel, as far as that has room for it. */
async function manyTurns(): Promise<void> {
  for (let n = 0; n < 500; n++) await nextTurn()
}

const asks = (path: string, headers: Record<string, string> = {}) => {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${fields.join('')}\r\n`
}

describe('who leaves large answers unread', () => {
  test('gets no further large one, but small ones, until they are read or their connections are closed', async () => {
    const { app, ana, luis, askAndNotRead, backlogBytes } = await opened({ each: 300 * kib })
    const deaf = await askAndNotRead(messages, ana.headers)
    const refused = await ana.get(messages)
    expect(refused.headers).toMatchObject({ 'retry-after': '5', ...answerHeaders })
    expect([refused.statusCode, refused.headers.etag, refused.headers.link]).toEqual([429, undefined, undefined])
    expect(refused.json()).toMatchObject({
      code: 'rate-limited',
      detail: expect.stringContaining('answers that you have not read')
    })
    expect((await ana.ask('HEAD', messages)).statusCode).toBe(200)
    expect((await ana.get(`${messages}?limit=1&after=3`)).statusCode).toBe(200)
    expect((await ana.post(messages, { text: 'hi' })).statusCode).toBe(201)
    expect((await luis.get(messages)).statusCode).toBe(200)
    expect((await app.inject('/openapi.json')).statusCode).toBe(200)
    deaf.destroy()
    await vi.waitFor(async () => expect(await backlogBytes()).toBe(0), 20_000)
    expect((await ana.get(messages)).statusCode).toBe(200)
    expect((await app.inject('/metrics')).body).toContain('tertulia_backlog_refused_total{bound="each"} 1\n')
  })

  test.each([messages, '/openapi.json'])('is cut after a minute, and then holds nothing any more: %s', async (path) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const { app, ana, askAndNotRead, backlogBytes } = await opened()
    const deaf = await askAndNotRead(path, ana.headers)
    vi.advanceTimersByTime(70_000)
    await vi.waitFor(async () => expect(await backlogBytes()).toBe(0), 20_000)
    expect((await app.inject('/metrics')).body).toContain('tertulia_stalled_connections_total 1\n')
    await once(deaf.resume(), 'close')
  })

  test('is told apart by address where nobody has signed in', async () => {
    const { app, ana, askAndNotRead } = await opened({ each: 150 * kib })
    await askAndNotRead('/openapi.json')
    const ask = (remoteAddress: string) => app.inject({ url: '/openapi.json', remoteAddress })
    expect((await ask('127.0.0.1')).json()).toMatchObject({ code: 'rate-limited' })
    expect((await ask('203.0.113.9')).statusCode).toBe(200)
    expect((await ana.get(messages)).statusCode).toBe(200)
  })
})

test('users at one address cannot take the place of those at others, and all of this machine may be behind one proxy', async () => {
  const { app, ana, luis, askAndNotRead } = await opened({ address: 300 * kib }, { trustProxy: '127.0.0.1' })
  const from = (address: string) => ({ 'x-forwarded-for': address })
  const refusals = async () =>
    Number(/^tertulia_backlog_refused_total\{bound="address"\} (\d+)$/m.exec((await app.inject('/metrics')).body)?.[1])
  await askAndNotRead(messages, { ...ana.headers, ...from('203.0.113.9') })
  const before = await refusals() // of requests behind the answer that is not read, perhaps
  const refused = await luis.get(messages, from('203.0.113.9'))
  expect(await refusals()).toBe(before + 1)
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '5'])
  expect(refused.json()).toMatchObject({ code: 'rate-limited', detail: expect.stringContaining('for your address') })
  expect((await luis.post(messages, { text: 'hi' }, from('203.0.113.9'))).statusCode).toBe(201)
  expect((await luis.get(messages, from('203.0.113.10'))).statusCode).toBe(200)
  await askAndNotRead(messages, ana.headers)
  expect((await luis.get(messages)).statusCode).toBe(200)
})

test('when everybody together leaves too much unread, no large answer is begun, and the chat goes on', async () => {
  const { ana, luis, askAndNotRead } = await opened({ all: 300 * kib })
  await askAndNotRead(messages, ana.headers)
  const refused = await luis.get(messages)
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '5'])
  expect(refused.json()).toMatchObject({ code: 'overloaded' })
  expect((await luis.post(messages, { text: 'hi' })).statusCode).toBe(201)
  expect((await luis.get(`${messages}?limit=1`)).json().messages).toMatchObject([{ text: 'hi' }])
})

test('who makes too many requests wait for earlier answers is told so in their place, and the connection ends', async () => {
  const { app, ana, open, backlogBytes } = await opened({ each: 150 * kib, all: 200 * kib })
  const poll = asks('/v1/rooms/general/events', ana.headers).replace('\r\n\r\n', '\r\nPrefer: wait=60\r\n\r\n')
  const ask = async (count: number) => {
    let answers = ''
    for await (const part of await open(poll + asks('/health/live').repeat(count))) answers += part
    return answers
  }
  const first = ask(30)
  await vi.waitFor(async () => expect(await backlogBytes()).toBeGreaterThan(120 * kib), 20_000)
  const second = ask(3)
  await vi.waitFor(
    async () => expect((await app.inject('/metrics')).body).toContain('tertulia_backlog_refused_total{bound="each"} 2\n'),
    20_000
  )
  // On a connection of its own nothing has to wait.
  expect((await ana.post(messages, { text: 'hi' })).statusCode).toBe(201)
  const answers = await Promise.all([first, second])
  expect(answers.map((answer) => answer.match(/HTTP\/1\.1 \d{3}/g))).toEqual(
    [4, 0].map((served) => [...Array(served + 1).fill('HTTP/1.1 200'), 'HTTP/1.1 429'])
  )
  for (const answer of answers) expect(answer).toMatch(/connection: close\r\nretry-after: 5\r\n.*"code":"rate-limited"/s)
  expect(await backlogBytes()).toBe(0)
})

test('large bodies that are not sent whole count until they are answered', async () => {
  const { ana, luis, open, backlogBytes } = await opened({ each: 80 * kib, all: 150 * kib })
  const begin = async ({ headers }: Guest, length: string) =>
    open(
      `POST ${messages} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: ${headers.authorization}\r\n${length}\r\n\r\n`
    )
  const answerTo = async (socket: Socket) => String((await once(socket.resume(), 'data'))[0])
  const first = await begin(ana, 'Content-Length: 40000')
  await vi.waitFor(async () => expect(await backlogBytes()).toBe(40_000), 20_000)
  expect(await answerTo(await begin(ana, 'Content-Length: 50000'))).toMatch(/^HTTP\/1\.1 429 .*rate-limited/s)
  expect((await ana.post(messages, { text: 'hi' })).statusCode).toBe(201)
  await begin(luis, 'Transfer-Encoding: chunked') // which may become 64 KiB
  await vi.waitFor(async () => expect(await backlogBytes()).toBe(40_000 + 64 * kib), 20_000)
  const marta = await begin(luis, 'Content-Length: 16384')
  marta.write(`{"text":"${'x'.repeat(16_384 - 11)}"}`)
  expect(await answerTo(marta)).toMatch(/^HTTP\/1\.1 422 /)
  first.write(`{"text":"${'x'.repeat(40_000 - 11)}"}`)
  expect(await answerTo(first)).toMatch(/^HTTP\/1\.1 422 /)
  await vi.waitFor(async () => expect(await backlogBytes()).toBe(64 * kib), 20_000)
})

test('when all readers have left, however they were, nothing is held and every place is free', { timeout: 60_000 }, async () => {
  const { app, ana, luis, open, askAndNotRead, backlogBytes } = await opened()
  const fields = `Host: localhost\r\nAuthorization: ${ana.headers.authorization}\r\n`
  const poll = `GET /v1/rooms/general/events HTTP/1.1\r\n${fields}Prefer: wait=60\r\n\r\n`
  const stream = `GET /v1/rooms/general/events?after=0 HTTP/1.1\r\n${fields}Accept: text/event-stream\r\n\r\n`
  const body = `POST ${messages} HTTP/1.1\r\n${fields}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`
  const old = `GET ${messages} HTTP/1.0\r\n${fields}\r\n`
  const readers: Socket[] = []
  for (const path of [messages, `${messages}?limit=200&before=16`]) readers.push(await askAndNotRead(path, luis.headers))
  for (const bytes of [poll, poll + asks(messages, ana.headers).repeat(20), stream, body, old, old.replace('GET', 'HEAD')]) {
    for (let n = 0; n < 5; n++) readers.push(await open(bytes))
  }
  await vi.waitFor(async () => {
    expect((await app.inject('/metrics')).body).toMatch(/format="sse"\} 5\n.*format="page"\} 10\n/s)
    expect(await backlogBytes()).toBeGreaterThan(2 * 200 * kib + 5 * 64 * kib + 5 * 20 * 32 * kib)
  }, 20_000)
  for (const [n, reader] of readers.entries()) {
    if (n % 3 === 0) reader.end()
    else if (n % 3 === 1) reader.resetAndDestroy()
    else reader.destroy()
  }
  await luis.post(messages, { text: 'hi' }) // the polls are answered
  for (const reader of readers) reader.destroy()
  await vi.waitFor(async () => {
    expect(await backlogBytes()).toBe(0)
    expect((await app.inject('/metrics')).body).toMatch(/format="sse"\} 0\n.*format="page"\} 0\n/s)
  }, 20_000)
})

describe('a request that waits for events', () => {
  const fields = ({ headers }: Guest) => `Host: localhost\r\nAuthorization: ${headers.authorization}\r\n`
  const poll = (guest: Guest) => `GET /v1/rooms/general/events HTTP/1.1\r\n${fields(guest)}Prefer: wait=60\r\n`
  const post = (guest: Guest) => `POST ${messages} HTTP/1.1\r\n${fields(guest)}Content-Type: application/json\r\n`
  const much = 'x'.repeat(200_000)
  const chunks = '8000\r\n'
    .padEnd(0x8000 + 6, 'x')
    .concat('\r\n')
    .repeat(8)
  /** With timers that a test moves on. */
  async function openTimed() {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const server = await opened()
    const waiting = async () => {
      vi.advanceTimersByTime(1_000)
      return Number(/format="page"\} (\d+)/.exec((await server.app.inject('/metrics')).body)?.[1])
    }
    return { ...server, waiting }
  }

  test.each<[what: string, behind: (guest: Guest) => string, answers: string[]]>([
    ['a body', (ana) => `\r\n${post(ana)}Content-Length: 200000\r\n\r\n${much}`, ['200', '413']],
    ['a body in chunks', (ana) => `\r\n${post(ana)}Transfer-Encoding: chunked\r\n\r\n${chunks}`, ['200', '413']],
    ['requests, more than may wait', () => `\r\n${asks('/health/live').repeat(9_000)}`, Array(101).fill('200')],
    ['a body of its own', () => `Content-Length: 200000\r\n\r\n${much}`, ['200']]
  ])('is answered before its time when more came behind it than is read: %s', async (_what, behind, answers) => {
    const { ana, open, waiting, backlogBytes } = await openTimed()
    const [stays, gone] = [await open(poll(ana) + behind(ana)), await open(poll(ana) + behind(ana))]
    let text = ''
    stays.on('data', (data) => {
      text += data
    })
    await vi.waitFor(async () => expect(await waiting()).toBeLessThan(2), 20_000)
    gone.destroy()
    stays.resume()
    await vi.waitFor(async () => expect(await waiting()).toBe(0), 20_000)
    await vi.waitFor(() => expect(text.match(/(?<=HTTP\/1\.1 )\d{3}/g)).toEqual(answers), 20_000)
    stays.destroy()
    await vi.waitFor(async () => expect(await backlogBytes()).toBe(0), 20_000)
  })

  test('waits on when little came behind it, and ends with its connection', async () => {
    const { ana, open, waiting } = await openTimed()
    const behind = `\r\n${post(ana)}Content-Length: 13\r\n\r\n{"text":"hi"}${asks('/health/live').repeat(90)}`
    const one = await open(poll(ana) + behind)
    await vi.waitFor(async () => expect(await waiting()).toBe(1), 20_000)
    for (let n = 0; n < 10; n++) expect(await waiting()).toBe(1)
    one.destroy()
    await vi.waitFor(async () => expect(await waiting()).toBe(0), 20_000)
  })
})

test.each([
  ['where there are limits', { streams: 20 }, true],
  ['not where all limits are off', {}, false]
])('the bound of each one holds %s', async (_where, limits, refuses) => {
  const { app, ana, luis } = await openApp({ limits: { ...noRateLimits, ...limits } })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const poll = asks('/v1/rooms/general/events', ana.headers).replace('\r\n\r\n', '\r\nPrefer: wait=60\r\n\r\n')
  const ask = async () => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write(poll + asks('/health/live').repeat(90))
    let answers = ''
    for await (const part of socket) {
      answers += part
      if (answers.match(/HTTP\/1\.1 /g)?.length === 91) break
    }
    return answers.match(/HTTP\/1\.1 \d{3}/g)?.at(-1)
  }
  // 360 requests that wait, of 32 KiB each.
  const answers = Promise.all(Array.from({ length: 4 }, ask))
  await vi.waitFor(
    async () => expect((await app.inject('/metrics')).body).toContain('tertulia_streams{format="page"} 4\n'),
    20_000
  )
  await luis.post(messages, { text: 'hi' })
  expect((await answers).includes('HTTP/1.1 429')).toBe(refuses)
})
