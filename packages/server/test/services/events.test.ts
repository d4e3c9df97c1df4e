import { expect, test } from 'vitest'
import { LocalBus } from '../../src/buses/local.ts'
import { Announcer } from '../../src/services/announcer.ts'
import { EventService } from '../../src/services/events.ts'
import { NewestPages } from '../../src/services/newest-pages.ts'
import { RoomService } from '../../src/services/rooms.ts'
import type { StoredUser } from '../../src/stores/store.ts'
import { openApp } from '../support/open-app.ts'

async function open() {
  const { store, ana } = await openApp()
  await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
  const reader: StoredUser = { id: 1, name: 'ana', kind: 'person', createdAt: '' }
  const rooms = new RoomService({
    store,
    announcer: new Announcer({ bus: new LocalBus(), newest: new NewestPages(), tell: () => {} }),
    now: Date.now
  })
  return { store, reader, events: new EventService({ store, rooms }) }
}

test('a reader goes on after what it has, up to the head', async () => {
  const { store, reader, events } = await open()
  const after = async (cursor?: string) => (await events.place(reader, 'general', cursor)).after
  expect(await after()).toBe('now')
  expect(await after('now')).toBe('now')
  expect(await after('0')).toBe(0)
  expect(await after(`${store.epoch}.0`)).toBe(0)
  expect(await after(`${store.epoch}.1`)).toBe(1)
})

test('what is below the oldest event that is kept has expired; the beginning is that event', async () => {
  const { store, reader, events } = await open()
  store.extents = async (logs) => new Map(logs.map((log) => [log, { firstSeq: 100, head: 150 }]))
  expect((await events.place(reader, 'general', '0')).after).toBe(99)
  expect((await events.place(reader, 'general', `${store.epoch}.99`)).after).toBe(99)
  for (const seq of [98, 151]) {
    await expect(events.place(reader, 'general', `${store.epoch}.${seq}`)).rejects.toMatchObject({
      code: 'cursor-expired',
      facts: { cursor: `${store.epoch}.150` }
    })
  }
})

test('a stream of a private room knows that it is one', async () => {
  const { reader, events } = await open()
  expect(await events.place(reader, 'secret')).toMatchObject({ room: 'secret', private: true })
  expect(await events.place(reader, 'general')).toMatchObject({ room: 'general', private: false })
})
