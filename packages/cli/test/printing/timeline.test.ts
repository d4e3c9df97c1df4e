import type { Role } from '@tertulia/protocol'
import { beforeEach, expect, test, vi } from 'vitest'
import { bare } from '../../src/printing/look.ts'
import { Timeline } from '../../src/printing/timeline.ts'
import { message, messageEvent } from '../support/message.ts'

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC')
})

const timeline = () => new Timeline(() => 80)
const editedAt = '2026-11-23T09:20:00.000Z'

test('each new day is announced once', () => {
  const shown = timeline()
  const lines = [
    ...shown.message(message(1, 'a')),
    ...shown.message(message(2, 'b')),
    ...shown.message(message(3, 'c', { createdAt: '2026-11-24T00:00:00.000Z' }))
  ]
  expect(lines).toEqual([
    'Monday 23 November 2026',
    '   1 09:14 ana       a',
    '   2 09:14 ana       b',
    'Tuesday 24 November 2026',
    '   3 00:00 ana       c'
  ])
})

test('an edit is shown as a line of its own, once', () => {
  const shown = timeline()
  shown.event(messageEvent('message.created', message(1, 'a')))
  const edit = messageEvent('message.edited', message(1, 'b', { rev: 2, editedAt }))
  expect(shown.event(edit)).toEqual(['   1 09:14 ana       b (edited)'])
  expect(shown.event(edit)).toEqual([])
})

test('a message that was edited before we saw it is not shown again at the edit', () => {
  const shown = timeline()
  const present = message(1, 'b', { rev: 2, editedAt })
  expect(shown.event(messageEvent('message.created', present))).toHaveLength(2)
  expect(shown.event(messageEvent('message.edited', present))).toEqual([])
})

test('comings and goings are told, types that are not known are not', () => {
  const member = { name: 'luis', kind: 'person', role: 'member' } as const
  const about = { seq: 5, room: 'general', at: editedAt, actor: 'luis', member }
  expect(timeline().event({ ...about, type: 'member.joined' })).toEqual(['-- luis joined --'])
  expect(timeline().event({ ...about, type: 'member.left', reason: 'removed' })).toEqual(['-- luis was removed --'])
  expect(timeline().event({ ...about, type: 'reaction.added' } as never)).toEqual([])
})

test('who was added by somebody else did not come by themselves, and what changed of a room is told', () => {
  const member = { name: 'luis', kind: 'person', role: 'member' } as const
  const about = { seq: 5, room: 'ops', at: editedAt, actor: 'ana' } as const
  const settings = { title: 'Operations', visibility: 'private', archived: true, retainDays: 30 } as const
  expect(timeline().event({ ...about, type: 'member.joined', member })).toEqual(['-- luis was added --'])
  expect(timeline().event({ ...about, type: 'room.updated', settings })).toEqual([
    '-- ana changed the room: “Operations”, private, archived, messages kept for',
    '   30 days --'
  ])
})

test('who has another role now, who is banned and whose ban was lifted is told', () => {
  const about = { seq: 5, room: 'ops', at: editedAt, actor: 'ana' } as const
  const member = (role: Role) => ({ name: 'luis', kind: 'person', role }) as const
  const lines = (shown: Timeline) =>
    [
      { ...about, type: 'member.updated', member: member('owner') } as const,
      { ...about, type: 'member.updated', member: member('moderator') } as const,
      { ...about, type: 'member.left', member: member('banned'), reason: 'banned' } as const,
      { ...about, type: 'member.left', member: member('banned'), reason: 'removed' } as const
    ].flatMap((event) => shown.event(event))
  expect(lines(timeline())).toEqual([
    '-- luis is now an owner --',
    '-- luis is now a moderator --',
    '-- luis was banned --',
    '-- the ban of luis was lifted --'
  ])
  expect(lines(new Timeline(() => 80, ['general', 'ops']))).toEqual([
    '-- luis is now an owner of ops --',
    '-- luis is now a moderator of ops --',
    '-- luis was banned from ops --',
    '-- the ban of luis from ops was lifted --'
  ])
})

test('whoever reads under a name of their own is called “you”, and what they do again is told', () => {
  const shown = new Timeline(() => 80, [], { ...bare, me: 'luis' })
  const member = { name: 'luis', kind: 'person', role: 'moderator' } as const
  const about = { seq: 5, room: 'ops', at: editedAt, member } as const
  const lines = [
    { ...about, type: 'member.left', actor: 'ana', reason: 'removed' } as const,
    { ...about, type: 'member.joined', actor: 'luis' } as const,
    { ...about, type: 'member.left', actor: 'luis', reason: 'left' } as const,
    { ...about, type: 'member.joined', actor: 'ana' } as const,
    { ...about, type: 'member.updated', actor: 'ana' } as const,
    { ...about, type: 'member.joined', actor: 'marta', member: { ...member, name: 'marta' } } as const,
    {
      ...about,
      type: 'room.updated',
      actor: 'luis',
      settings: { title: '', visibility: 'public', archived: true, retainDays: null }
    } as const
  ].flatMap((event) => shown.event(event))
  expect(lines).toEqual([
    '-- you were removed --',
    '-- you joined again --',
    '-- you left --',
    '-- you were added --',
    '-- you are now a moderator --',
    '-- marta joined --',
    '-- you changed the room: no title, public, archived, messages kept for ever --'
  ])
})

test('a day is cut for a terminal that is narrower', () => {
  expect(new Timeline(() => 15).message(message(1, 'a')).slice(0, 2)).toEqual(['Monday 23', 'November 2026'])
})

test('of several rooms each line names its own, aligned, and the same number in two rooms is two messages', () => {
  const shown = new Timeline(() => 80, ['general', '会議', 'ops'])
  const member = { name: 'luis', kind: 'person', role: 'member' } as const
  const about = { seq: 5, room: 'ops', at: editedAt, member }
  const lines = [
    ...shown.event(messageEvent('message.created', message(7, 'a'))),
    ...shown.event(messageEvent('message.created', message(7, 'b', { room: '会議' }))),
    ...shown.event(messageEvent('message.created', message(8, 'c\nd', { room: 'ops' }))),
    ...shown.event({ ...about, actor: 'luis', type: 'member.joined' }),
    ...shown.event({ ...about, actor: 'ana', type: 'member.joined' }),
    ...shown.event({ ...about, actor: 'luis', type: 'member.left', reason: 'left' }),
    ...shown.event({ ...about, actor: 'ana', type: 'member.left', reason: 'removed' })
  ]
  expect(lines).toEqual([
    'Monday 23 November 2026',
    'general    7 09:14 ana       a',
    '会議       7 09:14 ana       b',
    'ops        8 09:14 ana       c',
    '                             d',
    '-- luis joined ops --',
    '-- luis was added to ops --',
    '-- luis left ops --',
    '-- luis was removed from ops --'
  ])
})
