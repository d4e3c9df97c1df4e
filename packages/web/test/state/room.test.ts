import type { LogEvent, Message } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { Room } from '../../src/state/room.ts'
import { RoomLog } from '../support/room-log.ts'

/** Everything that was asked for has been answered. */
const settled = async () => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}

const shown = (room: Room): (string | null)[] =>
  room.rows.blocks.value.flatMap(({ rows }) => rows.value.map(({ live }) => live.value.text))

async function openRoom(said = 3): Promise<{ log: RoomLog; room: Room }> {
  const log = new RoomLog()
  for (let n = 1; n <= said; n++) log.say('ana', `${n}`)
  const room = new Room('ops', log)
  await room.open()
  return { log, room }
}

test('what comes is added, once, in its order', async () => {
  const { log, room } = await openRoom()
  const [four, five] = [log.say('luis', '4'), log.say('marta', '5')]
  for (const event of [four, four, five, four]) room.apply(event)
  expect(shown(room)).toEqual(['1', '2', '3', '4', '5'])
  expect(log.logPages).toBe(0)
})

test('it is known whether the oldest message is where the room begins, or what was said before is erased', async () => {
  const { log, room } = await openRoom()
  expect(room.isErasedBefore.value).toBe(false)
  log.gone = 2
  await room.open()
  expect(room.isErasedBefore.value).toBe(true)
})

test('what came while the newest page was under way is neither lost nor doubled', async () => {
  const log = new RoomLog()
  log.say('ana', '1')
  const room = new Room('ops', log)
  const opening = room.open()
  room.apply(log.say('luis', '2'))
  await opening
  room.apply(log.say('luis', '3'))
  expect(shown(room)).toEqual(['1', '2', '3'])
})

test('a hole is filled from the log, page by page', async () => {
  const { log, room } = await openRoom()
  for (let n = 4; n <= 14; n++) log.say('luis', `${n}`)
  room.apply(log.say('luis', '15'))
  // More comes while it is read.
  room.apply(log.say('luis', '16'))
  await settled()
  expect(shown(room)).toEqual(Array.from({ length: 16 }, (_, n) => `${n + 1}`))
  room.apply(log.say('luis', '17'))
  expect(shown(room).at(-1)).toBe('17')
})

test('a stream that has caught up, and a page that was put aside, find what they missed', async () => {
  const { log, room } = await openRoom()
  log.say('luis', '4')
  room.synced(log.cursor)
  await settled()
  expect(shown(room)).toEqual(['1', '2', '3', '4'])
  log.say('luis', '5')
  room.catchUp()
  await settled()
  expect(shown(room)).toEqual(['1', '2', '3', '4', '5'])
  const pages = log.logPages
  room.synced(log.cursor)
  expect(log.logPages).toBe(pages)
})

test('a hole that could not be filled is filled as soon as the stream has caught up', async () => {
  const { log, room } = await openRoom()
  log.say('luis', '4')
  log.failing = 1
  room.apply(log.say('luis', '5'))
  await settled()
  expect(shown(room)).toEqual(['1', '2', '3'])
  room.synced(log.cursor)
  await settled()
  expect(shown(room)).toEqual(['1', '2', '3', '4', '5'])
})

test('what the log does not have, although an event says so, is not asked for without a pause', async () => {
  const { log, room } = await openRoom()
  const events = ['4', '5', '6'].map((text) => log.say('luis', text))
  // As if a copy of the store answered that is behind.
  log.events.length = 3
  room.apply(events[2] as LogEvent)
  await settled()
  expect(log.logPages).toBe(1)
  log.events.push(...events)
  room.synced(log.cursor)
  await settled()
  expect(shown(room)).toEqual(['1', '2', '3', '4', '5', '6'])
})

test('a log that has more and never says what, and a history without an end, are not read for ever', async () => {
  let asked = 0
  const log = new RoomLog()
  for (let n = 1; n <= 3; n++) log.say('ana', `${n}`)
  const count = <T>(answer: T) => (++asked > 9 ? Promise.reject(new TypeError('for ever')) : answer)
  const room = new Room('ops', {
    history: async (place) => count({ ...(await log.history(place)), earlier: { before: 1 } }),
    log: async (after) => count({ events: [], cursor: after, more: true })
  })
  await room.open()
  room.catchUp()
  await settled()
  expect(asked).toBe(2)
  await room.older()
  expect(room.hasEarlier.value).toBe(false)
})

test('an edit and a deletion change their row alone, and nothing older takes their place', async () => {
  const { log, room } = await openRoom()
  const rows = room.rows.blocks.value[0]?.rows.value
  const before = room.rows.get(2)?.live.value as Message
  room.apply(log.edit(2, 'two'))
  room.apply(log.delete(3))
  room.take(before)
  expect(shown(room)).toEqual(['1', 'two', null])
  expect(room.rows.blocks.value[0]?.rows.value).toBe(rows)
})

test('members who come and go are numbers of the log too', async () => {
  const { log, room } = await openRoom()
  room.apply(log.join('marta'))
  room.apply(log.say('marta', '5'))
  expect(shown(room).at(-1)).toBe('5')
  expect(log.logPages).toBe(0)
})

test('the answer to a post is as good as its event, whichever comes first', async () => {
  const { log, room } = await openRoom()
  const sent = log.say('ana', '4')
  room.take((sent as { message: Message }).message)
  room.apply(sent)
  expect(shown(room)).toEqual(['1', '2', '3', '4'])
  // Somebody else's came in between.
  log.say('luis', '5')
  const next = log.say('ana', '6')
  room.take((next as { message: Message }).message)
  await settled()
  room.apply(next)
  expect(shown(room)).toEqual(['1', '2', '3', '4', '5', '6'])
})

test('older messages are read in front of the others, until there are none', async () => {
  const { log, room } = await openRoom(230)
  expect([shown(room).length, room.hasEarlier.value]).toEqual([50, true])
  await Promise.all([room.older(), room.older()])
  expect([shown(room).length, log.historyPages]).toEqual([150, 2])
  await room.older()
  expect(room.hasEarlier.value).toBe(false)
  expect(shown(room)).toEqual(Array.from({ length: 230 }, (_, n) => `${n + 1}`))
})

test('around a message that was found, what comes waits until one has read up to it', async () => {
  const { log, room } = await openRoom(300)
  await room.open(20)
  expect(room.rows.get(20)).toBeDefined()
  expect(room.hasLater.value).toBe(true)
  room.apply(log.say('luis', '301'))
  room.apply(log.edit(20, 'twenty'))
  expect(shown(room)).not.toContain('301')
  expect(room.rows.get(20)?.live.value.text).toBe('twenty')
  while (room.hasLater.value) await room.newer()
  room.apply(log.say('luis', '303'))
  expect(shown(room).slice(-3)).toEqual(['300', '301', '303'])
  expect(new Set(shown(room)).size).toBe(shown(room).length)
})

test('at the end only the last blocks stay, and the others can be read again', async () => {
  const { room } = await openRoom(1_200)
  for (let page = 0; page < 10; page++) await room.older()
  room.trim()
  expect(shown(room).length).toBeLessThanOrEqual(600)
  expect([shown(room).at(-1), room.hasEarlier.value]).toEqual(['1200', true])
  await room.older()
  expect(new Set(shown(room)).size).toBe(shown(room).length)
})

test('where history is gone, what there is now takes its place, and that is told', async () => {
  const { log, room } = await openRoom()
  for (let n = 4; n <= 9; n++) log.say('luis', `${n}`)
  log.gone = 8
  room.apply(log.say('luis', '10'))
  await settled()
  expect(shown(room).at(-1)).toBe('10')
  expect(room.missed.value).toBe(true)
})

test('another life of the store is read anew', async () => {
  const { log, room } = await openRoom()
  log.epoch = 'efgh5678'
  room.synced(log.cursor)
  await settled()
  expect(room.missed.value).toBe(true)
  room.apply(log.say('ana', '4'))
  expect(shown(room)).toEqual(['1', '2', '3', '4'])
})

test('a room that could not be opened says why, and opens when asked again', async () => {
  const log = new RoomLog()
  log.say('ana', '1')
  log.failing = 1
  const room = new Room('ops', log)
  await room.open()
  expect(room.state.value).toBe('failed')
  expect(room.fault.value).toBeInstanceOf(TypeError)
  room.synced(log.cursor)
  await settled()
  expect(shown(room)).toEqual(['1'])
})

test('what comes while a hole is filled that is left behind is shown in what was loaded instead', async () => {
  const { log, room } = await openRoom()
  log.say('luis', '4')
  let open = () => {}
  log.gate = new Promise((resolve) => {
    open = resolve
  })
  room.apply(log.say('luis', '5'))
  log.gate = Promise.resolve()
  await room.open()
  room.apply(log.say('luis', '6'))
  open()
  await settled()
  expect(shown(room)).toEqual(['1', '2', '3', '4', '5', '6'])
})
