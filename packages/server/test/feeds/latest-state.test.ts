import type { LogEvent } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { inLatestState } from '../../src/feeds/latest-state.ts'

const at = '2026-11-23T10:00:00.000Z'
const event = (seq: number, type: 'created' | 'edited' | 'deleted', id: number, text: string | null, rev = seq): LogEvent => ({
  seq,
  type: `message.${type}`,
  room: 'ops',
  at,
  actor: 'ana',
  message: {
    id,
    room: 'ops',
    author: { name: 'ana', kind: 'person' },
    text,
    createdAt: at,
    editedAt: type === 'edited' ? at : null,
    deletedAt: type === 'deleted' ? at : null,
    rev
  }
})
const texts = (events: LogEvent[]) => events.map((e) => ('message' in e ? e.message.text : null))

test('events before an edit or a deletion show what became of the message', () => {
  const events = [
    event(1, 'created', 1, 'secret'),
    event(2, 'created', 2, 'hi'),
    event(3, 'edited', 2, 'hi all'),
    event(4, 'deleted', 1, null)
  ]
  const shown = inLatestState(events)
  expect(texts(shown)).toEqual([null, 'hi all', 'hi all', null])
  expect(shown.map(({ seq, type }) => [seq, type])).toEqual(events.map(({ seq, type }) => [seq, type]))
})

test('an event that already shows a later state keeps it', () => {
  const events = [event(1, 'created', 1, null, 9), event(2, 'edited', 1, 'old', 2)]
  expect(texts(inLatestState(events))).toEqual([null, null])
})

test('events are shared with whoever committed them, and stay as they are', () => {
  const events = [event(1, 'created', 1, 'secret'), event(2, 'deleted', 1, null)]
  inLatestState(events)
  expect(texts(events)).toEqual(['secret', null])
})
