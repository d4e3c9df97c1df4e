import { expect, test } from 'vitest'
import { eventTabLines } from '../../src/printing/tab-lines.ts'
import { message, messageEvent } from '../support/message.ts'

const cells = (text: string | null) => eventTabLines(messageEvent('message.created', message(42, text)))[0]?.split('\t')

test('a message is one line of six columns', () => {
  expect(cells('hi')).toEqual(['2026-11-23T09:14:00.000Z', '42', 'general', 'ana', 'message.created', 'hi'])
  expect(cells(null)).toEqual(['2026-11-23T09:14:00.000Z', '42', 'general', 'ana', 'message.deleted', ''])
})

test('newlines, tabs and backslashes are told apart', () => {
  expect(cells('a\nb\tc\\n')?.[5]).toBe('a\\nb\\tc\\\\n')
})

test('what a terminal would act on is spelled out', () => {
  expect(cells('\x1b[2J\\x1b')?.[5]).toBe('\\x1b[2J\\\\x1b')
})

test('other events have no line', () => {
  const member = { name: 'luis', kind: 'person', role: 'member' } as const
  const joined = {
    seq: 5,
    type: 'member.joined',
    room: 'general',
    at: '2026-11-23T09:14:00.000Z',
    actor: 'luis',
    member
  } as const
  expect(eventTabLines(joined)).toEqual([])
})
