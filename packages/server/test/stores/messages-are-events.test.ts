import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import { termsOf } from '../../src/stores/words.ts'
import { leaveDatabaseWithEventsForMessages, olderEpoch } from '../support/older-database.ts'

const page = { limit: 99, bytes: 9_999 }
const at = (second: number) => new Date(second * 1000).toISOString()
const ana = { name: 'ana', kind: 'person' }
const luis = { name: 'luis', kind: 'person' }
const message = { room: 'general', editedAt: null, deletedAt: null }
const one = { ...message, id: 3, author: ana, text: 'one, but better', createdAt: at(3), editedAt: at(5), rev: 5 }
const two = { ...message, id: 4, author: ana, text: null, createdAt: at(4), deletedAt: at(6), rev: 6 }
const three = { ...message, id: 8, author: luis, text: 'three', createdAt: at(8), rev: 8 }

const event = (seq: number, type: string, actor: string, rest: object) => ({
  seq,
  type,
  room: 'general',
  at: at(seq),
  actor,
  ...rest
})
const log = [
  event(2, 'member.joined', 'ana', { member: { ...ana, role: 'member' } }),
  event(3, 'message.created', 'ana', { message: one }),
  event(4, 'message.created', 'ana', { message: two }),
  event(5, 'message.edited', 'ana', { message: one }),
  event(6, 'message.deleted', 'ana', { message: two }),
  event(7, 'member.joined', 'luis', { member: { ...luis, role: 'member' } }),
  event(8, 'message.created', 'luis', { message: three })
]

async function openOlder() {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-events-for-messages-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'chat.db')
  leaveDatabaseWithEventsForMessages(file)
  const store = await openSqliteStore({ file })
  onTestFinished(() => store.close())
  return store
}

test('a log that had a row for each message as an event reads as before, from every cursor and in pages of every size', async () => {
  const store = await openOlder()
  expect(store.epoch).toBe(olderEpoch)
  expect(await store.events(1, 1, 8, page)).toEqual(log)
  for (let after = 1; after <= 8; after++) {
    for (let limit = 1; limit <= 8; limit++) {
      const upTo = Math.min(8, after + 3)
      const expected = log.filter(({ seq }) => seq > after && seq <= upTo).slice(0, limit)
      expect(await store.events(1, after, upTo, { ...page, limit })).toEqual(expected)
    }
  }
  expect(await store.events(3, 0, 9, page)).toMatchObject([{ seq: 1, type: 'membership.joined', actor: 'luis' }])
})

test('what is written to such a log goes on with its numbers, its keys and its markers, and old messages are found', async () => {
  const store = await openOlder()
  const once = { key: 'k', fingerprint: new Uint8Array(32) }
  const send = { kind: 'send', actor: 2, room: 'general', text: 'three', once, atMs: 9_000 } as const
  const [again, edited, next] = await store.commit([
    send,
    { kind: 'edit', actor: 2, room: 'general', id: 8, text: 'three, twice', atMs: 9_000 },
    { ...send, text: 'four', once: undefined, atMs: 10_000 }
  ])
  expect(again).toEqual({ log: 1, events: [], message: three, replayed: true })
  const twice = { ...three, text: 'three, twice', editedAt: at(9), rev: 9 }
  expect(edited).toMatchObject({ message: twice })
  const four = { ...message, id: 10, author: luis, text: 'four', createdAt: at(10), rev: 10 }
  expect(next).toMatchObject({ message: four, events: [{ seq: 10 }] })
  expect(await store.events(1, 7, 99, page)).toEqual([
    event(8, 'message.created', 'luis', { message: twice }),
    event(9, 'message.edited', 'luis', { message: twice }),
    event(10, 'message.created', 'luis', { message: four })
  ])
  expect(await store.extents([1])).toEqual(new Map([[1, { firstSeq: 1, head: 10 }]]))
  expect(await store.unread(1, 1, 4, 10)).toMatchObject({ count: 2 })
  expect((await store.search({ reader: 1, terms: termsOf('better'), limit: 9 })).messages).toEqual([one])
})
