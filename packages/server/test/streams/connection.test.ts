import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test, vi } from 'vitest'
import { openServer } from './test-server.ts'

test('the head says what proxies and caches must know, and keeps what hooks have set', async () => {
  const { follow } = await openServer()
  const { head } = await follow('general:now').then(async (client) => {
    await client.until('synced')
    return client
  })
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  for (const line of [
    'content-type: text/event-stream; charset=utf-8',
    'cache-control: no-store, no-transform',
    'x-accel-buffering: no',
    'incremental: ?1',
    'x-from-hook: kept',
    'transfer-encoding: chunked'
  ]) {
    expect(head.toLowerCase().split('\r\n')).toContain(line)
  }
})

test('what a stream begins with leaves in one piece', async () => {
  const { app, follow } = await openServer()
  const written = vi.fn()
  app.server.on('connection', (socket: Socket) => {
    // Each is a call of the system.
    for (const name of ['_write', '_writev'] as const) {
      const write = socket[name] as (...args: unknown[]) => void
      socket[name] = function (...args: unknown[]) {
        written()
        write.apply(this, args)
      }
    }
  })
  const client = await follow('general:now')
  await client.until('synced')
  expect(written).toHaveBeenCalledOnce()
})

test('a HTTP/1.0 client gets no chunks', async () => {
  const { app, send, request } = await openServer()
  const client = await request('GET /events?after=general:0 HTTP/1.0')
  await client.until('event: synced')
  await send('general', 'hola')
  await client.until('hola')
  void app.close()
  await client.untilClosed()
  expect(client.head).not.toMatch(/transfer-encoding/i)
  expect(client.body).toMatch(/^retry: \d+\n\nevent: ready\n/)
  expect(client.body.split('\n\n').every((frame) => /^(retry|event|id): |^$/.test(frame))).toBe(true)
  expect(client.said.at(-1)?.type).toBe('goodbye')
})

test('HEAD gets the head, and the connection goes on', async () => {
  const { streams, request } = await openServer()
  const client = await request('HEAD /events?after=general:0 HTTP/1.1')
  await client.until('\r\n\r\n')
  client.send('GET /ping HTTP/1.1')
  await client.until('pong')
  expect(client.text).toMatch(/^HTTP\/1\.1 200 OK\r\n.*?content-type: text\/event-stream.*?\r\n\r\nHTTP\/1\.1 200 OK\r\n/is)
  expect(streams.count).toBe(0)
})

test('a stream that was asked for before an earlier answer was there begins after it', async () => {
  const { streams, release, request } = await openServer()
  const client = await request('GET /slow HTTP/1.1')
  client.send('GET /events?after=general:0 HTTP/1.1')
  const other = await request('GET /ping HTTP/1.1')
  await other.until('pong')
  release()
  await client.until('event: synced')
  expect(client.text).toMatch(/^HTTP\/1\.1 200 OK.*\r\n\r\nslowHTTP\/1\.1 200 OK.*retry: /s)
  expect(streams.count).toBe(1)
})

test.each([
  ['while it waits for an earlier answer', ['GET /slow HTTP/1.1', 'GET /events?after=general:0 HTTP/1.1']],
  ['while its rights are looked at', ['GET /events?after=general:0&late=yes HTTP/1.1']]
])('a client that leaves %s leaves nothing behind', async (_name, [first = '', ...more]) => {
  const { app, streams, following, release, request } = await openServer()
  const asked = once(app.server, 'request')
  const client = await request(first)
  for (const head of more) client.send(head)
  const [{ socket }] = await asked
  client.socket.destroy()
  await once(socket, 'close')
  release()
  const other = await request('GET /ping HTTP/1.1')
  await other.until('pong')
  expect(streams.count).toBe(0)
  expect(await following(1)).toEqual([])
})

test.each([
  ['another request', 'GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['garbage', '\x00\x01 what?\r\n\r\n']
])('%s on the connection of a stream ends it, and nothing is written into it', async (_name, bytes) => {
  const { streams, follow } = await openServer()
  const client = await follow('general:now')
  await client.until('event: synced')
  const before = client.text
  client.socket.write(bytes)
  await client.untilClosed()
  expect(client.text).toBe(before)
  expect(streams.count).toBe(0)
})

test('a connection whose stream has ended serves the next request', async () => {
  const { streams, follow } = await openServer({ streams: { streamAgeMs: 1, heartbeatMs: 30 } })
  const client = await follow('general:now')
  await client.until('\r\n0\r\n\r\n')
  client.send('GET /ping HTTP/1.1')
  await client.until('pong')
  expect(streams.count).toBe(0)
})

test('a stream holds neither its request nor its answer in memory', async () => {
  const { app, follow } = await openServer()
  const held: WeakRef<object>[] = []
  app.server.on('request', (request, response) => held.push(new WeakRef(request), new WeakRef(response)))
  const client = await follow('general:now')
  await client.until('event: synced')
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  const areGone = () => {
    collectGarbage()
    return held.map((ref) => ref.deref() === undefined)
  }
  await expect.poll(areGone, { timeout: 60_000 }).toEqual([true, true])
})

test('a socket is owned from the takeover until its stream has ended', async () => {
  const { app, streams, follow } = await openServer()
  const connected = once(app.server, 'connection')
  const client = await follow('general:now')
  const [socket] = await connected
  await client.until('event: synced')
  expect(streams.owns(socket)).toBe(true)
  client.socket.destroy()
  await once(socket, 'close')
  expect(streams.owns(socket)).toBe(false)
  expect(streams.count).toBe(0)
})
