import { expect, test } from 'vitest'
import { pastShown } from '../../src/conversation/past.ts'
import { message } from '../support/message.ts'

const others = { author: { name: 'marta', kind: 'person' } } as const
const said = (count: number) => Array.from({ length: count }, (_, at) => message(at + 1, `${at + 1}`, others))
const shown = (past: ReturnType<typeof pastShown>) => [past.messages[0]?.id, past.firstUnread?.id, past.heading]

test('ten lines at least, the unread line above the first one that is unread', () => {
  expect(shown(pastShown(said(30), { readUpTo: 28, unread: 2 }, 'ana'))).toEqual([21, 29, '2 unread'])
})

test('everything unread, however much was read before', () => {
  expect(shown(pastShown(said(50), { readUpTo: 20, unread: 30 }, 'ana'))).toEqual([21, 21, '30 unread'])
})

test('of more than there is room for the count is told', () => {
  const [first, unread, heading] = shown(pastShown(said(50), { readUpTo: 0, unread: 120 }, 'ana'))
  expect([first, unread]).toEqual([1, 1])
  expect(heading).toBe('120 unread; the last 50 are here, /history shows what was before')
})

test('of so much that the server stops to count, that there may be more is told', () => {
  const [, , heading] = shown(pastShown(said(50), { readUpTo: 0, unread: 5_000 }, 'ana'))
  expect(heading).toBe('5000+ unread; the last 50 are here, /history shows what was before')
})

test('our own, deleted and read ones are not unread', () => {
  const messages = [message(1, 'mine'), message(2, null, others), message(3, 'read', others)]
  expect(pastShown(messages, { readUpTo: 3, unread: 0 }, 'ana').heading).toBeUndefined()
  expect(pastShown(messages, { readUpTo: 0, unread: 1 }, 'ana').firstUnread?.id).toBe(3)
})

test('where nothing is known of a marker nothing is unread', () => {
  expect(shown(pastShown(said(12), undefined, 'ana'))).toEqual([3, undefined, undefined])
})
