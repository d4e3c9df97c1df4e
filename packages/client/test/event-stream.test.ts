import { expect, test } from 'vitest'
import { readEventStream, type StreamItem } from '../src/event-stream.ts'
import { sent } from './support/examples.ts'

const event = (seq: number, text: string) => `id: 7f3a7f3a.${seq}\ndata: ${JSON.stringify(sent(seq, { text }))}\n\n`

/** The whole, cut into chunks of so many bytes. */
async function* bytes(text: string, size: number): AsyncGenerator<Uint8Array> {
  const all = new TextEncoder().encode(text)
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size)
}

async function itemsOf(text: string, size = 1024): Promise<StreamItem[]> {
  const items: StreamItem[] = []
  for await (const item of readEventStream(bytes(text, size), 'http://chat.example')) items.push(item)
  return items
}

const settings = { title: '', visibility: 'public', archived: false } as const

const stream = [
  'retry: 1000\n\n',
  'event: ready\ndata: {"type":"ready","room":"general","cursor":"7f3a7f3a.1"}\n\n',
  event(2, 'ñandú 👩‍👩‍👧'),
  ': heartbeat\n\n',
  event(3, 'adiós'),
  'event: presence\ndata: {"type":"presence","room":"general","connected":["luis"],"disconnected":[],"more":false}\n\n',
  `event: rooms\ndata: {"type":"rooms","room":"@me","rooms":[${JSON.stringify({ name: 'ops', rev: 1, ...settings })}],"more":false}\n\n`,
  'event: typing\ndata: {"type":"typing"}\n\n',
  'event: goodbye\ndata: {"type":"goodbye","retryMs":12}\n\n'
].join('')

test('events come with their cursors, notes without; comments and unknown notes are dropped', async () => {
  expect(await itemsOf(stream)).toEqual([
    { note: { type: 'ready', room: 'general', cursor: '7f3a7f3a.1' } },
    { event: sent(2, { text: 'ñandú 👩‍👩‍👧' }), cursor: '7f3a7f3a.2' },
    { event: sent(3, { text: 'adiós' }), cursor: '7f3a7f3a.3' },
    { note: { type: 'presence', room: 'general', connected: ['luis'], disconnected: [], more: false } },
    { note: { type: 'rooms', room: '@me', rooms: [{ ...settings, name: 'ops', rev: 1 }], more: false } },
    { note: { type: 'goodbye', retryMs: 12 } }
  ])
})

test.each([1, 2, 3, 7, 64])('it does not matter where the bytes are cut (%i at a time)', async (size) => {
  expect(await itemsOf(stream, size)).toEqual(await itemsOf(stream))
})

test('an event of a type that is not known passes, for its cursor counts', async () => {
  const items = await itemsOf('id: 7f3a7f3a.9\ndata: {"seq":9,"type":"reaction.added"}\n\n')
  expect(items).toEqual([{ event: { seq: 9, type: 'reaction.added' }, cursor: '7f3a7f3a.9' }])
})

test('an event cut off at the end is not handed out', async () => {
  expect(await itemsOf(`${event(2, 'whole')}id: 7f3a7f3a.3\ndata: {"seq":3,"ty`)).toHaveLength(1)
})

test('a line without end is refused instead of kept for ever', async () => {
  await expect(itemsOf(`data: ${'x'.repeat(2 * 1024 * 1024)}`, 64 * 1024)).rejects.toThrow(
    'http://chat.example answers, but not with events. Check the address'
  )
})
