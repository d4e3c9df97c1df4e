import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { noRateLimits } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { type Guest, openApp } from '../support/open-app.ts'

const path = '/v1/rooms/general/export'
const linesOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

/** A connected reader who has taken nothing but the head. */
async function begin(port: number, guest: Guest, room = 'general'): Promise<IncomingMessage> {
  const request = get({ host: '127.0.0.1', port, path: `/v1/rooms/${room}/export`, headers: guest.headers })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  return answer
}

const ended = (answer: IncomingMessage) => new Promise<boolean>((end) => answer.on('close', () => end(answer.complete)).resume())

/** Until nothing has left for a while; were that too early, the next piece would be what finds out. */
async function stalled(socket: Socket): Promise<void> {
  for (let [left, times] = [-1, 0]; times < 10; times++) {
    await setTimeout(50)
    const now = socket.bytesWritten - socket.writableLength
    if (now !== left) [left, times] = [now, 0]
  }
}

/** More than a connection takes without being read. */
async function fill({ store }: Awaited<ReturnType<typeof openApp>>, room = 'general'): Promise<void> {
  const actor = (await store.user('ana'))?.id as number
  const send = { kind: 'send', actor, room, text: '🐧'.repeat(4_000), atMs: 0 } as const
  for (let n = 0; n < 50; n++) await store.commit(Array.from({ length: 20 }, () => send))
}

test('a room is given whole, a JSON object a line, and ends with its cursor', async () => {
  const { ana, luis, store } = await openApp()
  const { id } = (await ana.post('/v1/rooms/general/messages', { text: 'one' })).json()
  await luis.post('/v1/rooms/general/messages', { text: 'two\nlines' })
  await ana.put(`/v1/rooms/general/messages/${id}`, { text: 'changed' })
  const reply = await luis.get(path)
  expect(reply.statusCode).toBe(200)
  expect(reply.headers).toMatchObject({
    'content-type': 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no'
  })
  const { rooms } = (await luis.get('/v1/rooms')).json()
  const { messages } = (await luis.get('/v1/rooms/general/messages')).json()
  const { head, role, readUpTo, unread, ...room } = rooms[0]
  expect(linesOf(reply.body)).toEqual([
    { type: 'room', ...room },
    { type: 'member', name: 'ana', kind: 'person', role: 'member' },
    { type: 'member', name: 'luis', kind: 'person', role: 'member' },
    ...messages.map((message: object) => ({ type: 'message', ...message })),
    { type: 'end', cursor: `${store.epoch}.${head}`, messages: 2 }
  ])
})

test('whoever may read may export, nobody else, and only as what it is', async () => {
  const { app, ana, luis } = await openApp()
  await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
  expect((await luis.get('/v1/rooms/secret/export')).json()).toMatchObject({ status: 404, code: 'room-not-found' })
  expect((await ana.get('/v1/rooms/secret/export')).statusCode).toBe(200)
  expect((await luis.get('/v1/rooms/General/export')).headers.location).toBe(path)
  expect((await app.inject(path)).statusCode).toBe(401)
  expect((await luis.get(path, { accept: 'application/json' })).json()).toMatchObject({ status: 406, code: 'not-acceptable' })
  expect((await luis.get(path, { accept: 'application/*' })).statusCode).toBe(200)
  const head = await luis.ask('HEAD', path)
  expect([head.statusCode, head.body, head.headers['content-type']]).toEqual([200, '', 'application/x-ndjson; charset=utf-8'])
})

test('exports under way count as streams', async () => {
  const opened = await openApp({ limits: { ...noRateLimits, streams: 2 } })
  await fill(opened)
  const { app, ana, luis } = opened
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const [first, second] = [await begin(port, ana), await begin(port, ana)]
  const refused = await begin(port, ana)
  expect([first.statusCode, second.statusCode, refused.statusCode]).toEqual([200, 200, 429])
  expect((await ana.get('/v1/rooms/general/events', { accept: 'text/event-stream' })).statusCode).toBe(429)
  expect((await luis.get('/v1/rooms')).statusCode).toBe(200)
  for (const answer of [refused, second]) answer.destroy()
  expect(await ended(first)).toBe(true)
  while ((await ana.ask('HEAD', path)).statusCode !== 200);
})

test('exports that nobody reads take the places of large answers, until they are read or gone', async () => {
  const opened = await openApp({ backlog: { all: 300 * 1024 } })
  await fill(opened)
  const { app, ana, luis } = opened
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const first = await begin(port, ana)
  const refused = await luis.get(path)
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '5'])
  expect(refused.json()).toMatchObject({ code: 'overloaded' })
  expect(await ended(first)).toBe(true)
  await expect.poll(async () => (await luis.get(path)).statusCode).toBe(200)
})

test('a stop does not wait for whoever takes nothing, and what was cut has no end', async () => {
  const opened = await openApp()
  await fill(opened)
  const { app, ana } = opened
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const answer = await begin(port, ana)
  answer.on('error', () => {})
  await app.close()
  expect(await ended(answer)).toBe(false)
})

test('whoever is banned, or signs out, is cut, also while they take nothing', { timeout: 60_000 }, async () => {
  const opened = await openApp()
  const { app, ana, luis, signIn } = opened
  await ana.post('/v1/rooms', { name: 'ops' })
  await fill(opened, 'ops')
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const marta = await signIn('marta')
  const connections: Socket[] = []
  app.server.on('connection', (socket) => connections.push(socket))
  const answers = await Promise.all([luis, marta].map((guest) => begin(port, guest, 'ops')))
  for (const answer of answers) answer.on('error', () => {})
  const cut = connections.map((socket) => once(socket, 'close')) // whoever takes nothing does not see it themselves
  expect(cut).toHaveLength(2)
  await Promise.all(connections.map(stalled))
  await ana.put('/v1/rooms/ops/members/luis', { role: 'banned' })
  await marta.delete('/v1/sessions/current')
  await Promise.all(cut)
  expect(await Promise.all(answers.map(ended))).toEqual([false, false])
  expect((await begin(port, luis, 'ops')).statusCode).toBe(403)
})
