import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { linesIn, lost, name, nameOf, sendQueues } from '../../src/connections/kernel-table.ts'
import { openServer } from '../streams/test-server.ts'

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const line = (local: string, remote: string, state: string, repeated: string) =>
  `   1: ${local} ${remote} ${state} 0000006C:00000000 01:0000007A ${repeated}     0        3 2007864 3 000000005ad732f5 326 4 30 1 -1\n`

const lostAmong = async (table: AsyncIterable<string>) => (await linesIn(table, lost)).map(([, ...ends]) => name(ends))
const lostIn = (table: string) => [...table.matchAll(lost)].map(([, ...ends]) => name(ends))

test('a connection that has repeated five times in vain is lost', () => {
  const table =
    head +
    line('00000000:0607', '00000000:0000', '0A', '00000000') +
    line('0100090A:0607', '0200090A:CC0C', '01', '00000005') +
    line('0100090A:0607', '0200090A:CC0D', '01', '00000004') +
    line('0100090A:0607', '0200090A:CC0E', '04', '00000009') +
    line('0100090A:0607', '0300090A:CC0C', '01', '00000016')
  expect(lostIn(table)).toEqual(['1543 10.9.0.2 52236', '1543 10.9.0.3 52236'])
})

test('lines are read whole, whatever the pieces are that they come in, and what cannot be read tells nothing', async () => {
  const table = head + [1, 2, 3].map((n) => line('0100090A:0607', `0${n}00090A:CC0C`, '01', '00000005')).join('')
  async function* pieces(chars: number) {
    for (let at = 0; at < table.length; at += chars) yield table.slice(at, at + chars)
  }
  for (const chars of [7, 100, 151, 100_000]) expect(await lostAmong(pieces(chars))).toEqual(lostIn(table))
  expect(lostIn(table)).toHaveLength(3)
  expect(await lostAmong(createReadStream('/nowhere', 'latin1'))).toEqual([])
})

test.each([
  ['0000000000000000FFFF00000200090A', '::ffff:10.9.0.2'],
  ['00000000000000000000000001000000', '::1'],
  ['B80D0120000000000000000001000000', '2001:db8::1']
])('%s is %s', (hex, address) => {
  expect(lostIn(line(`${hex}:0607`, `${hex}:CC0C`, '01', '00000006'))).toEqual([`1543 ${address} 52236`])
})

/** Who has gone is let go at once. */
const feeds = { presenceMs: 20, presencePace: { graceMs: 0, perFollowerMs: 0 } }

test('the stream of a lost connection ends, and no other', async () => {
  const vanished = new Set<string>()
  const { app, following, follow } = await openServer({ feeds, streams: { heartbeatMs: 30, lostPeers: async () => vanished } })
  const connected = once(app.server, 'connection')
  const one = await follow('general:now')
  const [socket] = await connected
  const other = await follow('general:now', { as: 'luis', format: 'ndjson' })
  await Promise.all([one.until('synced'), other.until('synced')])
  vanished.add(nameOf(socket))
  await one.untilClosed()
  await other.until(/heartbeat.*heartbeat/s)
  await vi.waitFor(async () => expect(await following(1)).toEqual(['luis']), 20_000)
})

test('the waiting request of a lost connection ends with it, and no other', async () => {
  const vanished = new Set<string>()
  const { app, following, follow, send } = await openServer({
    feeds,
    streams: { heartbeatMs: 30, lostPeers: async () => vanished }
  })
  const connected = once(app.server, 'connection')
  const one = await follow('general:now', { format: 'page' })
  const [socket] = await connected
  const other = await follow('general:now', { format: 'page', as: 'luis' })
  await vi.waitFor(async () => expect(await following(1)).toEqual(['ana', 'luis']), 20_000)
  vanished.add(nameOf(socket))
  await one.untilClosed()
  await vi.waitFor(async () => expect(await following(1)).toEqual(['luis']), 20_000)
  await send('general', 'hi')
  await other.until('"hi"')
  expect(one.text).toBe('')
})

test.skipIf(process.platform !== 'linux')('what the other end has not taken is counted, and what it has is not', async () => {
  const accepted: Socket[] = []
  const server = createServer((socket) => void accepted.push(socket.pause())).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  onTestFinished(() => {
    for (const socket of [client, ...accepted]) socket.destroy()
    server.close()
  })
  client.write(Buffer.alloc(64 * 1024 * 1024))
  await vi.waitFor(async () => expect((await sendQueues()).get(nameOf(client))).toBeGreaterThan(0), 20_000)
  accepted[0]?.resume()
  await vi.waitFor(async () => expect((await sendQueues()).get(nameOf(client))).toBeUndefined(), 20_000)
})
