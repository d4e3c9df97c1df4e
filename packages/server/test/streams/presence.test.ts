import { expect, test, vi } from 'vitest'
import type { FeedsOptions } from '../../src/feeds/feeds.ts'
import type { RawClient } from './raw-client.ts'
import { openServer } from './test-server.ts'

const luisCame = /"connected":\[[^\]]*"luis"/
const luisWent = /"disconnected":\[[^\]]*"luis"/
const quick = { presenceMs: 10, presencePace: { graceMs: 0, perFollowerMs: 0 } }
const notes = (client: RawClient) => client.said.filter(({ type }) => type === 'presence')
/** Those beside ana: her own coming may have been told before she was live, to nobody. */
const told = (client: RawClient, list: 'connected' | 'disconnected') =>
  notes(client).flatMap((note) => (note[list] as string[]).filter((name) => name !== 'ana'))

/** A server with ana and luis in ops, of which ana follows already, and what is told at once. */
async function openOps(visibility: 'public' | 'private' = 'public', feeds: Partial<FeedsOptions> = quick) {
  const server = await openServer({ feeds })
  await server.createRoom('ops', visibility)
  await server.commit({ kind: 'join', actor: server.ana.id, room: 'ops', member: 'ana', atMs: 0 })
  const luisJoins = () =>
    server.commit({ kind: 'set-role', actor: server.ana.id, room: 'ops', member: 'luis', role: 'member', atMs: 0 })
  return { ...server, luisJoins }
}

test.each(['sse', 'ndjson'] as const)('a member who comes or goes is told to whoever follows, over %s', async (format) => {
  const { follow, luisJoins } = await openOps()
  await luisJoins()
  const ana = await follow('ops:now', { format })
  await ana.until('synced')
  const luis = [await follow('ops:now', { as: 'luis' }), await follow('ops:now', { as: 'luis', format: 'ndjson' })]
  await ana.until(luisCame)
  luis[0]?.socket.destroy()
  luis[1]?.socket.destroy()
  await ana.until(luisWent)
  expect(told(ana, 'connected')).toEqual(['luis'])
  expect(told(ana, 'disconnected')).toEqual(['luis'])
  expect(notes(ana)[0]).toMatchObject({ type: 'presence', room: 'ops', more: false })
  if (format === 'sse') {
    expect(ana.body).toMatch(/\n\nevent: presence\ndata: \{"type":"presence","room":"ops",/)
    expect(ana.body).not.toMatch(/id:.*\nevent: presence/)
  }
})

test('it has no number and no cursor, and is of the room in question alone', async () => {
  const { follow, luisJoins, createRoom } = await openOps()
  await luisJoins()
  await createRoom('other')
  const ana = await follow('ops:now,other:now', { format: 'ndjson' })
  await ana.until(/synced.*synced/s)
  await follow('ops:now', { as: 'luis' })
  await ana.until('luis')
  for (const note of notes(ana)) expect(Object.keys(note)).toEqual(['type', 'room', 'connected', 'disconnected', 'more'])
  expect(notes(ana).filter(({ room, connected }) => room === 'other' && `${connected}`.includes('luis'))).toEqual([])
  expect(ana.events).toEqual([])
})

test('whoever follows a public room without being a member is not named, until they join', async () => {
  const { follow, luisJoins, following, store } = await openOps()
  const { log } = (await store.room('ops', 0)) as { log: number }
  const ana = await follow('ops:now')
  await ana.until('synced')
  await follow('ops:now', { as: 'luis' })
  await vi.waitFor(async () => expect(await following(log)).toEqual(['ana', 'luis']), 20_000)
  await luisJoins()
  await ana.until(luisCame)
  const [joined, note] = [ana.text.indexOf('member.joined'), ana.text.search(luisCame)]
  expect(joined).toBeGreaterThan(0)
  expect(note).toBeGreaterThan(joined)
})

test('whoever is removed from a private room is told nothing after that', async () => {
  const { follow, luisJoins, commit, ana, send } = await openOps('private')
  await luisJoins()
  const luis = await follow('ops:now', { as: 'luis' })
  await luis.until('synced')
  await commit({ kind: 'leave', actor: ana.id, room: 'ops', member: 'luis', atMs: 0 })
  await (await follow('ops:now')).until('synced')
  await send('ops', 'not for luis')
  await luis.until('\r\n0\r\n\r\n')
  expect(luis.said.at(-1)).toMatchObject({ type: 'member.left', member: { name: 'luis' } })
  expect(notes(luis).filter(({ connected }) => (connected as string[]).includes('ana'))).toEqual([])
})

test('whoever is removed is not told who goes after that, also where the news of it comes late', async () => {
  const { follow, luisJoins, ana, store } = await openOps('private', { ...quick, sweepMs: 60 * 60_000 })
  await luisJoins()
  const watching = await follow('ops:now')
  await watching.until('synced')
  const luis = await follow('ops:now', { as: 'luis' })
  await luis.until('synced')
  await watching.until(luisCame)
  // At another server, whose hint is lost.
  await store.commit([{ kind: 'leave', actor: ana.id, room: 'ops', member: 'luis', atMs: 0 }])
  watching.socket.destroy()
  await luis.until(/\r\n0\r\n\r\n|"disconnected":\["ana"/)
  expect(notes(luis).flatMap(({ disconnected }) => disconnected)).not.toContain('ana')
  expect(luis.said.at(-1)).toMatchObject({ type: 'member.left', member: { name: 'luis' } })
})

test('a request that waits for a page counts as following, and is not answered by it', async () => {
  const { follow, luisJoins, send } = await openOps()
  await luisJoins()
  const ana = await follow('ops:now')
  await ana.until('synced')
  const luis = await follow('ops:now', { as: 'luis', format: 'page' })
  await ana.until(luisCame)
  await send('ops', 'news')
  await luis.until('news')
  expect(luis.text).not.toContain('presence')
  await ana.until(luisWent)
})

test('a reader who fell behind is told to ask again once they are live', async () => {
  const server = await openServer({ feeds: quick, streams: { queuedBytesMax: 1_000 } })
  await server.send('general', 'hi')
  const ana = await server.follow('general:now')
  await ana.until('synced')
  ana.socket.pause()
  const text = 'x'.repeat(4_000)
  let demotions = 0
  while (demotions === 0) {
    const sends = Array.from(
      { length: 100 },
      () => ({ kind: 'send', actor: server.ana.id, room: 'general', text, atMs: 0 }) as const
    )
    await server.commitAll(sends)
    await new Promise(setImmediate)
    ;({ demotions } = server.streams.figures())
  }
  ana.socket.resume()
  await ana.until('"more":true')
  const head = (await server.store.extents([1])).get(1)?.head
  await ana.until(`"seq":${head},`)
  const { seqs } = ana
  const [first = 0] = seqs
  expect(seqs).toEqual(seqs.map((_, n) => first + n))
})
