import { expect, test, vi } from 'vitest'
import { LocalBus } from '../../src/buses/local.ts'
import type { Reader } from '../../src/streams/streams.ts'
import { openServer } from './test-server.ts'

test('a stream says where it starts, sends what was missed, says when it has caught up, and then what is new', async () => {
  const { store, send, follow } = await openServer()
  await send('general', 'one')
  await send('general', 'two')
  const client = await follow('general:1')
  await client.until('event: synced')
  const head = (await store.extents([1])).get(1)?.head
  await send('general', 'three')
  await client.until('three')

  expect(client.body).toMatch(/^retry: [1-5]\d{3}\n\nevent: ready\ndata: /)
  expect(client.said.map(({ type, seq }) => seq ?? type)).toEqual(['ready', ...span(2, head), 'synced', (head as number) + 1])
  expect(client.said[0]).toEqual({ type: 'ready', room: 'general', cursor: `${store.epoch}.1` })
  expect(client.said.find(({ type }) => type === 'synced')?.cursor).toBe(`${store.epoch}.${head}`)
  expect(client.body).toContain(`\n\nid: ${store.epoch}.2\ndata: {"seq":2,`)
})

test('a store that could not be read is asked again soon, whenever the next sweep is', async () => {
  const bus = new LocalBus()
  const { store, send, follow } = await openServer({ feeds: { bus, sweepMs: 60 * 60_000, againMs: 1 } })
  const client = await follow('general:now')
  await client.until('synced')
  const { events, extents } = store
  let failures = 0
  const failing = () => {
    if (failures++ < 3) throw new Error('the network is gone')
  }
  store.events = async (...asked) => {
    failing()
    return events.apply(store, asked)
  }
  store.extents = async (logs) => {
    failing()
    return extents.call(store, logs)
  }
  const { id } = await send('general', 'through')
  bus.publish({ log: 1, head: id })
  await client.until('through')
  expect(failures).toBeGreaterThan(3)
})

test('a stream from now starts at the end of the log', async () => {
  const { store, send, follow } = await openServer()
  await send('general', 'old')
  const head = (await store.extents([1])).get(1)?.head as number
  const client = await follow('general:now', { format: 'ndjson' })
  await client.until('synced')
  await send('general', 'new')
  await client.until('new')
  expect(client.said.map(({ type, seq }) => seq ?? type)).toEqual(['ready', 'synced', head + 1])
  expect(client.said[0]?.cursor).toBe(`${store.epoch}.${head}`)
})

test('NDJSON has one object a line', async () => {
  const { send, follow } = await openServer()
  const client = await follow('general:0', { format: 'ndjson' })
  await client.until('synced')
  await send('general', 'hola, ¿qué tal?')
  await client.until('hola')
  expect(client.head).toMatch(/^content-type: application\/x-ndjson; charset=utf-8$/im)
  for (const line of client.body.trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
  expect(client.said.at(-1)).toMatchObject({ type: 'message.created', message: { text: 'hola, ¿qué tal?' } })
})

test('one stream follows several rooms, each in its order', async () => {
  const { createRoom, send, follow } = await openServer()
  await createRoom('ops')
  await createRoom('builds')
  for (let count = 0; count < 20; count++) await send(['ops', 'builds'][count % 2] as string, `before ${count}`)
  const client = await follow('ops:0,builds:3,general:now')
  await client.until(/synced.*synced.*synced/s)
  for (let count = 0; count < 20; count++) await send(['ops', 'builds', 'general'][count % 3] as string, `after ${count}`)
  await client.until('after 19')
  await client.until('after 18')
  for (const [room, start] of [
    ['ops', 0],
    ['builds', 3]
  ] as const) {
    const seqs = client.said.flatMap((said) => (said.room === room ? (said.seq ?? []) : []))
    expect(seqs).toEqual(span(start + 1, seqs.at(-1)))
  }
  const notes = client.said.filter(({ seq }) => seq === undefined).map(({ type, room }) => `${type} ${room}`)
  expect(notes.sort()).toEqual(['ready builds', 'ready general', 'ready ops', 'synced builds', 'synced general', 'synced ops'])
})

test('streams of both formats get every event of a flood, in one order', async () => {
  const { send, follow } = await openServer()
  const formats = ['sse', 'ndjson'] as const
  const clients = await Promise.all([...formats, ...formats, ...formats].map((format) => follow('general:0', { format })))
  const sent = await Promise.all(Array.from({ length: 200 }, (_, n) => send('general', `message ${n}`)))
  const last = Math.max(...sent.map(({ id }) => id))
  await Promise.all(clients.map((client) => client.until(`"seq":${last},`)))
  for (const client of clients) expect(client.seqs).toEqual(span(1, last))
})

test('a text that is deleted before it was sent is not sent', async () => {
  const { ana, luis, commit, commitAll, send, follow } = await openServer()
  const write = { actor: ana.id, room: 'general', atMs: 0 }
  await commit({ kind: 'join', ...write, actor: luis.id, member: 'luis' })
  const id = (await send('general', 'hi')).id + 1
  const client = await follow('general:now')
  await client.until('synced')
  await commitAll([
    { kind: 'send', ...write, text: 'secret' },
    { kind: 'leave', ...write, actor: luis.id, member: 'luis' }, // what follows it goes out in another round
    { kind: 'delete', ...write, id }
  ])
  await client.until('message.deleted')
  expect(client.text).not.toContain('secret')
  expect(client.said.find(({ seq }) => seq === id)).toMatchObject({ type: 'message.created', message: { id, text: null } })
})

test('heartbeats come to every stream, whatever its format', async () => {
  const { follow } = await openServer({ streams: { heartbeatMs: 30 } })
  const sse = await follow('general:now')
  const ndjson = await follow('general:now', { format: 'ndjson' })
  await sse.until(/:\n\n\r\n.*:\n\n\r\n/s)
  await ndjson.until(/heartbeat.*heartbeat/s)
  expect(ndjson.said.at(-1)).toEqual({ type: 'heartbeat' })
})

test('it is known who follows a room, and who came and went, each once', async () => {
  const seen: string[] = []
  const note = (verb: string) => (reader: Reader, rooms: readonly string[], here: number) =>
    seen.push(`${reader.user.name} ${verb} ${rooms.join('+')} from ${reader.address} (${here} here)`)
  let gone = () => {}
  const { streams, following, follow } = await openServer({
    feeds: { presenceMs: 10, presencePace: { graceMs: 0, perFollowerMs: 0 } },
    streams: {
      onConnect: note('came to'),
      onDisconnect: (...args) => {
        note('left')(...args)
        gone()
      }
    }
  })
  const left = () =>
    new Promise<void>((resolve) => {
      gone = resolve
    })
  const ana = await follow('general:now')
  await ana.until('synced')
  const luis = await follow('general:now', { as: 'luis' })
  await luis.until('synced')
  expect(await following(1)).toEqual(['ana', 'luis'])
  expect(streams.count).toBe(2)

  let leaving = left()
  ana.socket.end() // half a goodbye
  await leaving
  await vi.waitFor(async () => expect(await following(1)).toEqual(['luis']), 20_000)
  leaving = left()
  luis.socket.resetAndDestroy()
  await leaving
  expect(await following(1)).toEqual([])
  expect(streams.count).toBe(0)
  expect(seen).toEqual([
    'ana came to general from 127.0.0.1 (1 here)',
    'luis came to general from 127.0.0.1 (2 here)',
    'ana left general from 127.0.0.1 (1 here)',
    'luis left general from 127.0.0.1 (0 here)'
  ])
})

/** All whole numbers from the first to the last. */
const span = (first: number, last = 0) => Array.from({ length: last - first + 1 }, (_, index) => first + index)
