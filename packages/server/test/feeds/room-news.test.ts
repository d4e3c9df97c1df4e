import { type LogEvent, toldRoomsMax } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { RoomNews } from '../../src/feeds/room-news.ts'

const settings = (title: string) => ({ title, visibility: 'public', archived: false, retainDays: null }) as const
const event = (room: string, seq: number, title = ''): LogEvent => ({
  seq,
  type: 'room.updated',
  room,
  at: '2026-11-23T10:00:00.000Z',
  actor: 'ana',
  settings: settings(title)
})

test('a room is told once, as it is in the end, in whatever order that was heard', () => {
  const news = new RoomNews()
  expect(news.take()).toBeUndefined()
  for (const seq of [1, 3, 2]) news.hear([event('ops', seq, `version ${seq}`)])
  expect(news.take()).toEqual({
    type: 'rooms',
    room: '@me',
    rooms: [{ name: 'ops', rev: 3, ...settings('version 3') }],
    more: false
  })
  expect(news.take()).toBeUndefined()
})

test('more than a note names is told without names, and so is what nobody can say', () => {
  const news = new RoomNews()
  for (let n = 0; n < toldRoomsMax; n++) news.hear([event(`r${n}`, 1)])
  expect(news.take()).toMatchObject({ rooms: { length: toldRoomsMax }, more: false })
  for (let n = 0; n <= toldRoomsMax; n++) news.hear([event(`r${n}`, 2)])
  expect(news.take()).toMatchObject({ rooms: [], more: true })
  news.hear(undefined)
  expect(news.take()).toMatchObject({ rooms: [], more: true })
})
