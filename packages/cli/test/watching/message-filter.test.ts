import type { LogEvent } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { type FilterOptions, matcher, messageFilter } from '../../src/watching/message-filter.ts'
import { message, messageEvent } from '../support/message.ts'

const bot = { name: 'ci', kind: 'bot' } as const
const events: Record<string, LogEvent> = {
  said: messageEvent('message.created', message(1, 'build 118 passed\ndeployed to ops')),
  edited: messageEvent('message.edited', message(1, 'build 118 failed', { rev: 3 })),
  deleted: messageEvent('message.deleted', message(1, null, { rev: 4 })),
  deletedSince: messageEvent('message.created', message(2, null, { rev: 5 })),
  byBot: messageEvent('message.created', message(6, 'deployed', { author: bot })),
  joined: {
    seq: 7,
    type: 'member.joined',
    room: 'general',
    at: '2026-11-23T09:14:00.000Z',
    actor: 'luis',
    member: { name: 'luis', kind: 'person', role: 'member' }
  }
}
const wanted = (options: FilterOptions) => Object.keys(events).filter((name) => messageFilter(options)(events[name] as LogEvent))

test('without a wish everything is wanted', () => {
  expect(wanted({})).toEqual(Object.keys(events))
})

test('an expression chooses messages by their present text, line by line', () => {
  expect(wanted({ match: matcher('^deployed') })).toEqual(['said', 'byBot'])
  expect(wanted({ match: matcher('build \\d+ (passed|failed)$') })).toEqual(['said', 'edited'])
  expect(wanted({ match: matcher('') })).toEqual(['said', 'edited', 'byBot'])
})

test('somebody’s own messages, and those of bots, can be left out', () => {
  expect(wanted({ self: 'ana' })).toEqual(['byBot', 'joined'])
  expect(wanted({ excludeBots: true })).toEqual(['said', 'edited', 'deleted', 'deletedSince', 'joined'])
})

test('only what is new: no edits, no deletions, nothing but messages', () => {
  expect(wanted({ onlyNew: true })).toEqual(['said', 'byBot'])
})

test('an expression that is none is a usage error', () => {
  expect(() => matcher('(')).toThrow(/Unterminated group/)
})
