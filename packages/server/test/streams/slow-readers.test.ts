import { expect, test } from 'vitest'
import { transports } from '../support/transports.ts'
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
