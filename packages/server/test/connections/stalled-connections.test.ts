import { once } from 'node:events'
import { type AddressInfo, connect, Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { bytesSent } from '../../src/connections/bytes-sent.ts'
import { httpServer } from '../../src/connections/http-server.ts'
import { nameOf } from '../../src/connections/kernel-table.ts'
import { StalledConnections } from '../../src/connections/stalled-connections.ts'
import { transports } from '../support/transports.ts'

/** More than the kernel takes for a reader who does not read. */
const answerBytes = 64 * 1024 * 1024
const minuteMs = 60_000
const lookMs = 5_000

describe.each(transports)('over %s', (_name, certificate) => {
  /** A server with one large answer; its minutes pass when the test says so. */
  async function openServer() {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const cuts = vi.fn()
    const queues = new Map<string, number>()
    const stalled = new StalledConnections(cuts, async () => queues)
    const answer = Buffer.alloc(answerBytes)
    const server = httpServer((request, response) => {
      stalled.watch(request.socket)
      response.end(request.url === '/small' ? 'small' : answer)
    }, certificate?.()).listen(0, '127.0.0.1')
    const clients: Socket[] = []
    onTestFinished(() => {
      vi.useRealTimers()
      stalled.close()
      for (const client of clients) client.destroy()
      server.closeAllConnections()
      server.close()
    })
    await once(server, 'listening')
    /** Ask for the answer; gives both ends of the connection. */
    const ask = async (path: string) => {
      const to = { port: (server.address() as AddressInfo).port, host: '127.0.0.1' }
      const client = certificate ? connectSecurely({ ...to, ca: certificate().cert }) : connect(to)
      client.pause()
      clients.push(client)
      client.on('error', () => {})
      const asked = once(server, 'request')
      client.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
      const [{ socket }] = (await asked) as [{ socket: Socket }]
      return { client, socket }
    }
    return { ask, cuts, queues }
  }

  test('a reader who takes nothing for a minute is cut, and not before', async () => {
    const { ask, cuts } = await openServer()
    const { socket } = await ask('/large')
    await vi.waitFor(() => expect(socket.writableLength).toBeGreaterThan(0), 20_000)
    await untilStill(socket)
    vi.advanceTimersByTime(minuteMs - 1)
    expect(socket.destroyed).toBe(false)
    vi.advanceTimersByTime(2 * lookMs)
    expect(socket.destroyed).toBe(true)
    expect(cuts).toHaveBeenCalledOnce()
  })

  test('a reader who takes a little now and then is not cut, though no write is done in all that time', async () => {
    const { ask, cuts } = await openServer()
    const { client, socket } = await ask('/large')
    await untilStill(socket)
    for (let past = 0; past < 3 * minuteMs; past += minuteMs / 2) {
      const sent = bytesSent(socket)
      while (bytesSent(socket) === sent) {
        client.resume()
        await once(client, 'data')
        client.pause()
        await new Promise(setImmediate)
      }
      vi.advanceTimersByTime(minuteMs / 2)
    }
    expect(socket.writableLength).toBeGreaterThan(answerBytes / 2)
    expect(socket.destroyed).toBe(false)
    expect(cuts).not.toHaveBeenCalled()
  })

  test('a reader who takes of what the kernel has is not cut, though the kernel takes nothing new', async () => {
    const { ask, cuts, queues } = await openServer()
    const { socket } = await ask('/large')
    await untilStill(socket)
    const pass = async (minutes: number, takenEach: number) => {
      for (let past = 0; past < minutes * minuteMs; past += lookMs) {
        queues.set(nameOf(socket), (queues.get(nameOf(socket)) ?? 1e6) - takenEach)
        vi.advanceTimersByTime(lookMs)
        await new Promise(setImmediate)
      }
    }
    await pass(5, 1)
    expect(cuts).not.toHaveBeenCalled()
    await pass(2, 0)
    expect(cuts).toHaveBeenCalledOnce()
  })

  test('a connection on which nothing waits is left alone', async () => {
    const { ask, cuts } = await openServer()
    const { client, socket } = await ask('/small')
    client.resume()
    await once(client, 'data')
    vi.advanceTimersByTime(10 * minuteMs)
    expect(socket.destroyed).toBe(false)
    expect(cuts).not.toHaveBeenCalled()
  })
})

/** Wait until the kernel takes no more. */
async function untilStill(socket: Socket): Promise<void> {
  for (let before = -1; before !== bytesSent(socket); await new Promise((resolve) => setTimeout(resolve, 100))) {
    before = bytesSent(socket)
  }
}

test('connections that have closed are let go of as others come, and no open one is', () => {
  const stalled = new StalledConnections(() => {})
  onTestFinished(() => stalled.close())
  const open = Array.from({ length: 10 }, () => new Socket())
  for (const socket of open) stalled.watch(socket)
  for (let n = 0; n < 1_000; n++) {
    const socket = new Socket()
    stalled.watch(socket)
    socket.destroy()
  }
  expect(stalled.size).toBeGreaterThanOrEqual(open.length)
  expect(stalled.size).toBeLessThan(3 * open.length)
})

test('connections that have closed are in nobody’s memory after the next look', { timeout: 90_000 }, async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const stalled = new StalledConnections(() => {})
  onTestFinished(() => {
    vi.useRealTimers()
    stalled.close()
  })
  const closed = Array.from({ length: 1_000 }, () => {
    const socket = new Socket()
    stalled.watch(socket)
    return socket
  }).map((socket) => new WeakRef(socket.destroy()))
  vi.advanceTimersByTime(lookMs)
  vi.useRealTimers()
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  const held = () => {
    collectGarbage()
    return closed.filter((ref) => ref.deref() !== undefined).length
  }
  await expect.poll(held, { timeout: 60_000 }).toBe(0)
  expect(stalled.size).toBe(0)
})
