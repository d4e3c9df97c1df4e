import { expect, test } from 'vitest'
import { OwnWhereabouts } from '../../src/feeds/whereabouts/own-whereabouts.ts'
import { MemberService, type MemberServiceOptions } from '../../src/services/members.ts'
import { RoomService } from '../../src/services/rooms.ts'
import { openApp } from '../support/open-app.ts'
import { storedUser } from '../support/stored-user.ts'

test('members who follow are found among any number of followers who are none', async () => {
  const { store, ana, luis } = await openApp()
  for (const guest of [ana, luis]) await guest.put('/v1/rooms/general/members/me')
  const whereabouts = new OwnWhereabouts(0)
  const followers = whereabouts.open(1, () => {})
  const [one, two] = [await store.user('ana'), await store.user('luis')]
  for (const user of [one, two]) if (user) followers.enter(user)
  for (let n = 1_000; n < 2_000; n++) followers.enter(storedUser(n, `guest${n}`))
  const options = { store, announcer: undefined as never, now: Date.now }
  const rooms = new RoomService(options)
  const members = new MemberService({ ...options, rooms, whereabouts } satisfies MemberServiceOptions)
  const list = (limit: number, after?: string) =>
    members.list(one as NonNullable<typeof one>, 'general', { limit, after, connected: true })
  expect(await list(9)).toMatchObject({ items: [{ name: 'ana' }, { name: 'luis' }], next: undefined })
  expect(await list(1)).toMatchObject({ items: [{ name: 'ana' }], next: 'ana' })
  expect(await list(1, 'ana')).toMatchObject({ items: [{ name: 'luis', connected: true }], next: undefined })
})
