import type { LogEvent } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { pageEncoder, streamEncoders } from '../../src/streams/encoders.ts'

const { sse, ndjson } = streamEncoders('7f3a2b1c')
const event = (seq: number): LogEvent => ({
  seq,
  type: 'room.updated',
  room: 'ops',
  at: '2026-11-23T10:00:00.000Z',
  actor: null,
  settings: { title: '¿qué?', visibility: 'public', archived: false, retainDays: null }
})
const events = [event(1), event(2)]
const json = events.map((each) => JSON.stringify(each))

test('an SSE frame has the cursor as its id, one line of data, and no event line', () => {
  expect(sse.closeDelimited.frames(events, json, false).toString()).toBe(
    `id: 7f3a2b1c.1\ndata: ${json[0]}\n\nid: 7f3a2b1c.2\ndata: ${json[1]}\n\n`
  )
})

test('what an SSE stream says about itself has an event line, and no id', () => {
  expect(sse.closeDelimited.note({ type: 'goodbye', retryMs: 2310 }).toString()).toBe(
    'event: goodbye\ndata: {"type":"goodbye","retryMs":2310}\n\n'
  )
  expect(sse.closeDelimited.heartbeat.toString()).toBe(':\n\n')
  expect(sse.closeDelimited.opening(2000)?.toString()).toBe('retry: 2000\n\n')
})

test('NDJSON has one object a line', () => {
  expect(ndjson.closeDelimited.frames(events, json, false).toString()).toBe(`${json[0]}\n${json[1]}\n`)
  expect(ndjson.closeDelimited.note({ type: 'goodbye', retryMs: 2310 }).toString()).toBe('{"type":"goodbye","retryMs":2310}\n')
  expect(ndjson.closeDelimited.heartbeat.toString()).toBe('{"type":"heartbeat"}\n')
  expect(ndjson.closeDelimited.opening(2000)).toBeUndefined()
})

test.each([
  ['SSE', sse],
  ['NDJSON', ndjson]
])('a chunk of %s says how many bytes it holds, and holds all frames of a round', (_name, format) => {
  const unchunked = format.closeDelimited.frames(events, json, false)
  const size = unchunked.length.toString(16)
  expect(format.chunked.frames(events, json, false)).toEqual(
    Buffer.concat([Buffer.from(`${size}\r\n`), unchunked, Buffer.from('\r\n')])
  )
})

test('a page is one JSON object, that says where to go on and whether there is more', () => {
  const page = pageEncoder('7f3a2b1c').frames(events, json, true).toString()
  expect(JSON.parse(page)).toEqual({ events, cursor: '7f3a2b1c.2', more: true })
})
