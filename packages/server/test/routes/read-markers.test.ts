import { unreadMessagesMax } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { type Guest, openApp } from '../support/open-app.ts'

const listed = async (guest: Guest, room = 'general') => {
  const { rooms } = (await guest.get('/v1/rooms')).json()
  const { head, readUpTo, unread } = rooms.find(({ name }: { name: string }) => name === room)
  return { head, readUpTo, unread }
}
const send = async (guest: Guest, text = 'hi'): Promise<number> =>
  (await guest.post('/v1/rooms/general/messages', { text })).json().id
const mark = (guest: Guest, upTo: unknown, room = 'general') => guest.put(`/v1/rooms/${room}/read-marker`, { upTo })

test('what others say is unread until it is marked as read; one’s own is not', async () => {
  const { ana, luis } = await openApp()
  expect(await listed(luis)).toEqual({ head: 1, readUpTo: null, unread: null })
  await luis.put('/v1/rooms/general/members/me')
  expect(await listed(luis)).toEqual({ head: 2, readUpTo: 2, unread: 0 })
  const first = await send(ana)
  const second = await send(ana)
  expect(await listed(luis)).toEqual({ head: second, readUpTo: 2, unread: 2 })
  expect(await listed(ana)).toEqual({ head: second, readUpTo: second, unread: 0 })

  const marked = await mark(luis, first)
  expect([marked.statusCode, marked.json()]).toEqual([200, { room: 'general', readUpTo: first, unread: 1 }])
  expect((await mark(luis, 0)).json()).toEqual({ room: 'general', readUpTo: first, unread: 1 })
  expect((await mark(luis, Number.MAX_SAFE_INTEGER)).json()).toEqual({ room: 'general', readUpTo: second, unread: 0 })
})

test('what was deleted is not unread, what was edited is', async () => {
  const { ana, luis } = await openApp()
  await luis.put('/v1/rooms/general/members/me')
  const ids = [await send(ana), await send(ana), await send(ana)]
  await ana.delete(`/v1/rooms/general/messages/${ids[0]}`)
  await ana.put(`/v1/rooms/general/messages/${ids[1]}`, { text: 'changed' })
  expect(await listed(luis)).toEqual({ head: (ids[2] as number) + 2, readUpTo: 2, unread: 2 })
})

test('to send is to have read', async () => {
  const { ana, luis } = await openApp()
  await luis.put('/v1/rooms/general/members/me')
  await send(ana)
  const own = await send(luis)
  expect(await listed(luis)).toEqual({ head: own, readUpTo: own, unread: 0 })
  await send(ana)
  expect(await listed(luis)).toMatchObject({ readUpTo: own, unread: 1 })
})

test('nobody else learns how far one has read', async () => {
  const { ana, luis } = await openApp()
  await luis.put('/v1/rooms/general/members/me')
  const id = await send(ana)
  const before = [await listed(ana), (await ana.get('/v1/rooms/general/members')).json()]
  await mark(luis, id)
  expect([await listed(ana), (await ana.get('/v1/rooms/general/members')).json()]).toEqual(before)
})

test('whoever is no member has nothing to mark, and a private room is not there', async () => {
  const { ana, luis } = await openApp()
  await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
  expect((await mark(luis, 1)).json()).toMatchObject({ status: 404, code: 'member-not-found' })
  expect((await mark(luis, 1, 'secret')).json()).toMatchObject({ status: 404, code: 'room-not-found' })
  expect((await mark(luis, 1, 'GENERAL')).statusCode).toBe(308)
})

test.each([[-1], [1.5], ['7'], [null], [1e300]])('%s is nothing to have read up to', async (upTo) => {
  const { ana } = await openApp()
  await ana.put('/v1/rooms/general/members/me')
  const refused = (await mark(ana, upTo)).json()
  expect(refused).toMatchObject({ status: 422, code: 'invalid-body', errors: [{ pointer: '#/upTo' }] })
})

test('it is counted up to a number that stands for as many or more', async () => {
  const { ana, luis, store } = await openApp()
  await luis.put('/v1/rooms/general/members/me')
  const actor = (await store.user('ana'))?.id as number
  const sending = { kind: 'send', actor, room: 'general', text: 'hi', atMs: 0 } as const
  await store.commit(Array.from({ length: unreadMessagesMax - 1 }, () => sending))
  expect(await listed(luis)).toMatchObject({ unread: unreadMessagesMax - 1 })
  await send(ana)
  await send(ana)
  expect(await listed(luis)).toMatchObject({ unread: unreadMessagesMax })
  expect((await mark(luis, 5)).json()).toMatchObject({ readUpTo: 5, unread: unreadMessagesMax - 1 })
})
