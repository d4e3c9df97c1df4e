import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { transports } from '../support/transports.ts'
import type { RawClient } from './raw-client.ts'
import { openServer, type TestServer } from './test-server.ts'

const text = 'x'.repeat(4_000)

/** Commit many long messages, and tell the feeds. */
async function flood({ commit, ana }: TestServer, batches: number): Promise<void> {
  for (let batch = 0; batch < batches; batch++) {
    await Promise.all(Array.from({ length: 100 }, () => commit({ kind: 'send', actor: ana.id, room: 'general', text, atMs: 0 })))
  }
}

test.each(transports)(
  'a frozen reader over %s costs bounded memory, slows nobody, and gets everything once it reads again',
  async (_name, certificate) => {
    const queuedBytesMax = 256 * 1024
    const server = await openServer({ streams: { queuedBytesMax }, certificate: certificate?.() })
    const connections = new Promise<{ writableLength: number }>((resolve) =>
      server.app.server.once(certificate ? 'secureConnection' : 'connection', resolve)
    )
    const frozen = await server.follow('general:now')
    const socket = await connections
    const quick = await server.follow('general:now', { format: 'ndjson' })
    await Promise.all([frozen.until('synced'), quick.until('synced')])
    const start = (await server.store.extents([1])).get(1)?.head as number

    frozen.socket.pause()
    let most = 0
    for (let round = 0; round < 25; round++) {
      await flood(server, 1)
      most = Math.max(most, socket.writableLength)
    }
    const head = (await server.store.extents([1])).get(1)?.head as number
    await quick.until(`"seq":${head},`)
    expect(most).toBeGreaterThan(queuedBytesMax) // it was frozen long enough
    expect(most).toBeLessThan(queuedBytesMax + 1024 * 1024) // one round more, at most

    frozen.socket.resume()
    await frozen.until(`"seq":${head},`)
    await server.send('general', 'live again')
    await frozen.until('live again')
    for (const client of [frozen, quick]) {
      expect(client.seqs.slice(0, head - start)).toEqual(Array.from({ length: head - start }, (_, n) => start + 1 + n))
      expect(client.said.filter(({ type }) => type === 'synced')).toHaveLength(1)
    }
  }
)

test('what waits for all slow readers together is bounded: some are cut, lose nothing, and nobody else is', async () => {
  const unreadBytesMax = 160 * 1024 // two pages
  const server = await openServer({ streams: { unreadBytesMax, heartbeatMs: 150 } })
  const sockets: Socket[] = []
  server.app.server.on('connection', (socket) => sockets.push(socket))
  await flood(server, 20) // more than the kernel takes for a reader
  const head = (await server.store.extents([1])).get(1)?.head as number
  const quick = await server.follow('general:now')
  await quick.until('synced')

  const slow: RawClient[] = []
  for (let n = 0; n < 5; n++) {
    const client = await server.follow('general:0')
    client.socket.pause()
    slow.push(client)
  }
  const waiting = () => sockets.reduce((sum, { writableLength }) => sum + writableLength, 0)
  await expect.poll(() => server.streams.figures().cuts, { timeout: 60_000 }).toBeGreaterThan(2)
  await expect.poll(waiting, { timeout: 60_000 }).toBeLessThanOrEqual(unreadBytesMax)

  for (const client of slow) client.socket.resume()
  const isCut = (client: RawClient) =>
    client.until(`"seq":${head},`).then(
      () => false,
      () => true
    )
  const cut = (await Promise.all(slow.map(async (client) => ((await isCut(client)) ? client : [])))).flat()
  expect(cut.length).toBe(server.streams.figures().cuts)
  const seen = cut[0]?.seqs ?? []
  const again = await server.follow(`general:${seen.at(-1) ?? 0}`)
  await again.until('event: synced')
  expect([...seen, ...again.seqs]).toEqual(Array.from({ length: head }, (_, n) => n + 1))
  await server.send('general', 'still here')
  await quick.until('still here')
})
