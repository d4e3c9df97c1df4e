import { expect, test } from 'vitest'
import { LocalBus } from '../../src/buses/local.ts'
import { Announcer } from '../../src/services/announcer.ts'
import { EventService } from '../../src/services/events.ts'
import { RoomService } from '../../src/services/rooms.ts'
import type { StoredRoom } from '../../src/stores/records.ts'
import { openApp } from '../support/open-app.ts'
import { storedUser } from '../support/stored-user.ts'

async function open() {
  const { store, ana } = await openApp()
  await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
  const reader = storedUser(1, 'ana')
  const rooms = new RoomService({
    store,
    announcer: new Announcer({ bus: new LocalBus(), tell: () => {} }),
    now: Date.now
  })
  const secret = (await store.room('secret', reader.id))?.log as number
  return { store, reader, secret, events: new EventService({ store, rooms }) }
}

test('a reader goes on after what it has, up to the head', async () => {
  const { store, reader, events } = await open()
  const seq = async (after: string) => (await events.subscription(reader, { room: 'general', after })).after
  expect(await seq('now')).toBe(1)
  expect(await seq('0')).toBe(0)
  expect(await seq(`${store.epoch}.0`)).toBe(0)
  expect(await seq(`${store.epoch}.1`)).toBe(1)
})

test('what is below the oldest event that is kept has expired, and so has the beginning', async () => {
  const { store, reader, events } = await open()
  const kept = { firstSeq: 100, head: 150 }
  const room = store.room.bind(store)
  store.room = async (...asked) => ({ ...((await room(...asked)) as StoredRoom), ...kept })
  store.extents = async (logs) => new Map(logs.map((log) => [log, kept]))
  const place = (after: string) => events.subscription(reader, { room: 'general', after })
  expect((await place(`${store.epoch}.99`)).after).toBe(99)
  const expired = { code: 'cursor-expired', facts: { cursor: `${store.epoch}.150` } }
  await expect(place('0')).rejects.toMatchObject(expired)
  for (const seq of [98, 151]) await expect(place(`${store.epoch}.${seq}`)).rejects.toMatchObject(expired)
  await expect(events.page(reader, { log: 1, room: 'general', after: 50 }, 10)).rejects.toMatchObject(expired)
})

test('a page whose first event was let go while it was read has expired', async () => {
  const { store, reader, secret, events } = await open()
  const read = store.events.bind(store)
  store.events = (log, after, ...more) => read(log, after + 1, ...more)
  await expect(events.page(reader, { log: secret, room: 'secret', after: 0 }, 10)).rejects.toMatchObject({
    code: 'cursor-expired'
  })
})

test('nothing is shown of a page to whom left the room while it was read', async () => {
  const { store, reader, secret, events } = await open()
  const read = store.events.bind(store)
  store.events = async (...asked) => {
    const page = await read(...asked)
    store.room = async () => undefined
    return page
  }
  await expect(events.page(reader, { log: secret, room: 'secret', after: 0 }, 10)).rejects.toMatchObject({
    code: 'room-not-found'
  })
})
