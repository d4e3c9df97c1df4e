import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digestOf, newToken } from '../../src/services/secrets.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import { isLong, length } from '../support/test-length.ts'
import { ask } from './support/ask.ts'
import { ServerProcess } from './support/server-process.ts'

/** More of them than a connection takes without being read. */
const messages = length({ short: 0, long: 1_000 })

/** Waits until a server has had enough, a minute and more: all at once. */
const inFull = isLong ? test.concurrent : test.concurrent.skip

describe('peers that are slow, or gone', { timeout: 5 * 60_000 }, () => {
  const token = newToken()
  const sockets: Socket[] = []
  let folder: string
  let server: ServerProcess

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tertulia-slow-'))
    const file = join(folder, 'chat.db')
    const store = await openSqliteStore({ file })
    const [ana] = await store.commit([
      { kind: 'register', name: 'ana', userKind: 'person', tokenDigest: digestOf(token), atMs: 0 }
    ] as const)
    const actor = ana && !ana.refused ? ana.user.id : 0
    const send = { kind: 'send', actor, room: 'general', text: '💬'.repeat(4_000), atMs: 0 } as const
    for (let sent = 0; sent < messages; sent += 100) await store.commit(Array.from({ length: 100 }, () => send))
    await store.close()
    server = await ServerProcess.start(file)
  })
  afterAll(async () => {
    for (const socket of sockets) socket.destroy()
    await server.end()
    rmSync(folder, { recursive: true, force: true })
  })

  const room = '/v1/rooms/general'
  const head = (request: string, ...fields: string[]) =>
    [`${request} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${token}`, ...fields, '', ''].join('\r\n')

  /** A connection on which something was sent; `said` is what the server has said since. */
  async function open(bytes: string): Promise<{ socket: Socket; said: () => string; closed: Promise<unknown> }> {
    const socket = connect(server.port, '127.0.0.1')
    sockets.push(socket)
    let said = ''
    socket.setEncoding('latin1').on('data', (text) => {
      said += text
    })
    socket.on('error', () => {})
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await once(socket, 'connect')
    socket.write(bytes)
    return { socket, said: () => said, closed }
  }
  /** Send these again and again, one each second, until nobody is there to take more. */
  async function drip(socket: Socket, bytes: string): Promise<void> {
    for (; !socket.destroyed; await pause(1_000)) socket.write(bytes)
  }
  const cursor = async () => (await ask('GET', `${server.url}${room}/events`, { token })).body.cursor
  const figure = async (name: string) =>
    Number(new RegExp(`^${name} (\\d+)$`, 'm').exec((await ask('GET', `${server.url}/metrics`)).body)?.[1])

  test.each<[string, (socket: Socket) => void]>([
    ['closes its connection', (socket) => socket.end()],
    ['resets its connection', (socket) => socket.resetAndDestroy()]
  ])('who %s in the middle of a body has sent nothing, and nothing is held for them', async (_how, leave) => {
    const before = await cursor()
    const fields = ['Content-Type: text/plain', 'Content-Length: 60000']
    const { socket } = await open(head(`POST ${room}/messages`, ...fields) + 'x'.repeat(30_000))
    await expect.poll(() => figure('tertulia_backlog_bytes'), { timeout: 60_000 }).toBe(60_000)
    leave(socket)
    await expect.poll(() => figure('tertulia_backlog_bytes'), { timeout: 60_000 }).toBe(0)
    expect(await cursor()).toBe(before)
  })

  inFull.for([
    ['a head', head('GET /health/live').slice(0, -2), 'X: x\r\n'],
    ['a body', head(`POST ${room}/messages`, 'Content-Type: text/plain', 'Content-Length: 1000'), 'x'],
    ['a body in chunks', head(`POST ${room}/messages`, 'Content-Type: text/plain', 'Transfer-Encoding: chunked'), '1\r\nx\r\n']
  ] as const)(
    '%s that comes a little each second, and does not end, is refused with 408',
    async ([, begin, more], { expect }) => {
      const before = await cursor()
      const { socket, said, closed } = await open(begin)
      void drip(socket, more)
      await closed
      expect(said()).toMatch(/^HTTP\/1\.1 408 .*\r\nconnection: close\r\n.*"code":"request-timeout"/is)
      expect(await cursor()).toBe(before)
    }
  )

  inFull('a head and a body that come slowly, but in time, are served', async ({ expect }) => {
    const body = '{"name":"slowly"}'
    const request = head('POST /v1/rooms', 'Content-Type: application/json', `Content-Length: ${body.length}`) + body
    const { socket, said } = await open('')
    for (let at = 0; at < request.length; at += 20) {
      socket.write(request.slice(at, at + 20))
      await pause(1_000)
    }
    await expect.poll(said, { timeout: 60_000 }).toMatch(/^HTTP\/1\.1 201 /)
  })

  inFull('a connection on which nothing is ever asked is closed', async ({ expect }) => {
    const { said, closed } = await open('')
    await closed
    expect(said()).toMatch(/^HTTP\/1\.1 408 /)
  })

  inFull(
    'a connection that was of use once, and then is idle for more than a minute, is closed without a word',
    async ({ expect }) => {
      const { socket, said, closed } = await open(head('GET /health/live'))
      await once(socket, 'data')
      const answer = said()
      expect(answer).toMatch(/^HTTP\/1\.1 200 /)
      await closed
      expect(said()).toBe(answer)
    }
  )

  inFull('who reads nothing of pages, a stream or an export is cut; who reads them slowly gets all', async ({ expect }) => {
    const page = head(`GET ${room}/messages?limit=200`)
    const stream = head(`GET ${room}/events?after=0`, 'Accept: application/x-ndjson')
    const whole = head(`GET ${room}/export`, 'Connection: close')
    for (const request of [page.repeat(60), stream, whole]) (await open(request)).socket.pause()
    const slow = await Promise.all(
      [page.repeat(59) + head(`GET ${room}/messages?limit=200`, 'Connection: close'), stream, whole].map(open)
    )
    for (const { socket } of slow) socket.pause()
    while ((await figure('tertulia_stalled_connections_total')) < 3) {
      await Promise.all(
        slow.map(async ({ socket }) => {
          socket.resume()
          await once(socket, 'data')
          socket.pause()
        })
      )
      await pause(1_000)
    }
    for (const { socket } of slow) socket.resume()
    const [pages, events, lines] = slow as [(typeof slow)[0], (typeof slow)[0], (typeof slow)[0]]
    await Promise.all([pages.closed, lines.closed, expect.poll(() => events.said(), { timeout: 120_000 }).toContain('"synced"')])
    expect(pages.said().match(/HTTP\/1\.1 200 /g)).toHaveLength(60)
    expect(events.said().match(/"type":"message.created"/g)).toHaveLength(messages)
    expect(lines.said()).toMatch(new RegExp(`"type":"end",.*"messages":${messages}\\}\\n\\r\\n0\\r\\n\\r\\n$`))
    expect(await figure('tertulia_stalled_connections_total')).toBe(3)
  })
})
