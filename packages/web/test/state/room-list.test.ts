import type { ListedRoom, Message } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { RoomList } from '../../src/state/room-list.ts'
import { listed } from '../support/listed-room.ts'
import { RoomLog } from '../support/room-log.ts'

function openList(change?: Partial<ListedRoom>): { list: RoomList; log: RoomLog; ops: () => ReturnType<RoomList['get']> } {
  const log = new RoomLog()
  log.join('ana')
  const list = new RoomList('ana')
  list.load([listed('ops', change)])
  return { list, log, ops: () => list.get('ops') }
}

test('what others say is unread, until it is read here or elsewhere', () => {
  const { list, log, ops } = openList()
  for (const text of ['a', 'b', 'c']) list.apply(log.say('luis', text))
  expect(ops()).toMatchObject({ unread: 3, mentioned: false })
  list.read('ops', 2)
  list.read('ops', 4)
  expect(ops()).toMatchObject({ unread: 0, readUpTo: 4 })
  list.read('ops', 1)
  expect(ops()).toMatchObject({ readUpTo: 4 })
})

test('who writes has read', () => {
  const { list, log, ops } = openList({ unread: 4 })
  list.apply(log.say('ana', 'yes'))
  expect(ops()).toMatchObject({ unread: 0, readUpTo: 2 })
})

test('what the server has counted already is not counted again', () => {
  const { list, log, ops } = openList({ head: 3, unread: 2 })
  const events = [log.say('luis'), log.say('luis'), log.say('luis')]
  for (const event of events) list.apply(event)
  expect(ops()?.unread).toBe(3)
})

test('a mention shows, and goes with what was read', () => {
  const { list, log, ops } = openList()
  list.apply(log.say('luis', '¿lo miras, @Ana?'))
  expect(ops()?.mentioned).toBe(true)
  list.load([listed('ops', { head: 2, unread: 1 })])
  expect(ops()?.mentioned).toBe(true)
  list.read('ops', 2)
  expect(ops()?.mentioned).toBe(false)
})

test('a mention that was there before shows too, if it is unread', () => {
  const { list, log, ops } = openList({ head: 6, readUpTo: 3, unread: 3 })
  log.say('luis')
  const said = log.messages.get(2) as Message
  const speaking = { ...said, id: 5, text: '¿lo miras, @Ana?' }
  const herself = { ...said.author, name: 'ana' }
  list.found([
    { ...speaking, id: 3 },
    { ...speaking, author: herself },
    { ...speaking, text: 'ana no está' }
  ])
  list.found([
    { ...speaking, text: null },
    { ...speaking, room: 'jail' }
  ])
  expect(ops()?.mentioned).toBe(false)
  list.found([speaking])
  expect(ops()?.mentioned).toBe(true)
  list.read('ops', 6)
  list.found([speaking])
  expect(ops()?.mentioned).toBe(false)
})

test('an unread message that is deleted is unread no more', () => {
  const { list, log, ops } = openList()
  list.apply(log.say('luis'))
  list.apply(log.say('luis'))
  list.apply(log.delete(2))
  expect(ops()?.unread).toBe(1)
})

test('a room that bans its reader is none of theirs, and where one is no member nothing is unread', () => {
  const { list, log, ops } = openList({ role: null, readUpTo: null, unread: null })
  list.apply(log.say('luis'))
  expect(ops()?.unread).toBe(0)
  list.load([listed('ops', { role: 'banned' })])
  expect(ops()).toBeUndefined()
})

const made = (name: string, rev = 1, title = '') => ({
  name,
  rev,
  title,
  visibility: 'public' as const,
  archived: false,
  retainDays: null
})
const namesIn = (list: RoomList) => list.entries.value.map(({ name }) => name)

test('a room that somebody makes is in its place, not joined and with nothing unread', () => {
  const { list } = openList()
  list.tell([made('Órdenes'), made('chess')])
  expect(namesIn(list)).toEqual(['chess', 'ops', 'Órdenes'])
  expect(list.get('chess')).toMatchObject({ role: null, unread: 0 })
})

test('of two states of a room the later one is shown, in whatever order they are told', () => {
  const { list, ops } = openList({ rev: 4, title: 'before' })
  list.tell([made('ops', 3, 'long before')])
  expect(ops()?.title).toBe('before')
  list.tell([made('ops', 6, 'now')])
  list.tell([made('ops', 5, 'then')])
  expect(ops()).toMatchObject({ title: 'now', role: 'member' })
})

test('what is told while the list is asked for is not lost, and what came before that is', () => {
  const { list } = openList()
  list.tell([made('closed-meanwhile')])
  list.asked()
  list.tell([made('chess')])
  list.load([listed('ops')])
  expect(namesIn(list)).toEqual(['chess', 'ops'])
})

test('whom a room has banned does not see it, whatever is told of it', () => {
  const { list } = openList()
  list.load([listed('jail', { role: 'banned' }), listed('ops')])
  list.tell([made('jail', 9)])
  expect(namesIn(list)).toEqual(['ops'])
})
