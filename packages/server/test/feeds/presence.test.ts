import { presenceNamesMax } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { Presence, type PresencePace } from '../../src/feeds/presence.ts'
import { OwnWhereabouts } from '../../src/feeds/whereabouts/own-whereabouts.ts'
import type { RoomWhereabouts } from '../../src/feeds/whereabouts/whereabouts.ts'
import type { StoredUser } from '../../src/stores/records.ts'
import { storedUser } from '../support/stored-user.ts'

const [ana, luis, marta] = [storedUser(1, 'ana'), storedUser(2, 'luis'), storedUser(3, 'marta')]
const pace = { graceMs: 5_000, perFollowerMs: 0 }

/** A room at a node that is the only one, and what is told of it. */
class Room {
  readonly whereabouts: OwnWhereabouts
  readonly #room: RoomWhereabouts
  readonly presence: Presence

  constructor({ graceMs, perFollowerMs }: PresencePace) {
    this.whereabouts = new OwnWhereabouts(graceMs)
    this.#room = this.whereabouts.open(1, (user) => this.presence.changed(user))
    this.presence = new Presence('ops', perFollowerMs, this.#room.present)
  }

  enter(person: StoredUser): void {
    this.#room.enter(person)
  }

  leave(person: StoredUser, nowMs: number): void {
    this.#room.leave(person, nowMs)
  }

  joined(name: string): void {
    this.presence.joined(name)
  }

  left(name: string): void {
    this.presence.left(name)
  }

  has(name: string): boolean {
    return this.#room.present.has(name)
  }

  note(nowMs: number, membersAmong: Parameters<Presence['note']>[1]): ReturnType<Presence['note']> {
    this.whereabouts.letGo(nowMs)
    return this.presence.note(nowMs, membersAmong)
  }
}

/** Everybody is a member but marta, unless others are given. */
const members =
  (known: readonly StoredUser[] = [ana, luis]) =>
  async (asked: readonly number[]) =>
    known
      .filter(({ id }) => asked.includes(id))
      .map(({ name, key, kind }) => ({ key, member: { name, kind, role: 'member' as const } }))
const told = async (presence: Room, nowMs: number, known = members()) => {
  const note = await presence.note(nowMs, known)
  return note && { connected: note.connected, disconnected: note.disconnected, more: note.more }
}
const only = (change: { connected?: string[]; disconnected?: string[]; more?: boolean }) => ({
  connected: [],
  disconnected: [],
  more: false,
  ...change
})

test('a user is told once, however many streams of theirs come and go', async () => {
  const presence = new Room(pace)
  for (const one of [ana, ana, luis]) presence.enter(one)
  expect(await presence.note(0, members())).toEqual({
    type: 'presence',
    room: 'ops',
    connected: ['ana', 'luis'],
    disconnected: [],
    more: false
  })
  presence.enter(luis)
  for (const one of [ana, luis]) presence.leave(one, 1)
  expect(await told(presence, 10_000)).toBeUndefined()
})

test('whoever comes back in time was never away; whoever does not is told, and is on the list until then', async () => {
  const presence = new Room(pace)
  presence.enter(ana)
  await told(presence, 0)
  presence.leave(ana, 1_000)
  expect(await told(presence, 5_999)).toBeUndefined()
  presence.enter(ana)
  expect(await told(presence, 20_000)).toBeUndefined()
  presence.leave(ana, 20_000)
  expect(await told(presence, 24_999)).toBeUndefined()
  expect(presence.has('ana')).toBe(true)
  expect(await told(presence, 25_000)).toEqual(only({ disconnected: ['ana'] }))
  expect(presence.has('ana')).toBe(false)
})

test('whoever comes and goes between two notes is told as they are in the end', async () => {
  const presence = new Room({ graceMs: 10, perFollowerMs: 0 })
  presence.enter(ana)
  presence.leave(ana, 0)
  expect(await told(presence, 10)).toEqual(only({ disconnected: ['ana'] }))
})

test('of those who are no members nothing is told, until they become some', async () => {
  const presence = new Room(pace)
  presence.enter(marta)
  expect(await told(presence, 0)).toBeUndefined()
  presence.joined('luis') // who does not follow
  expect(await told(presence, 1)).toBeUndefined()
  presence.joined('marta')
  expect(await told(presence, 2, members([marta]))).toEqual(only({ connected: ['marta'] }))
})

test('more than a note names is told without names', async () => {
  const crowd = Array.from({ length: presenceNamesMax + 1 }, (_, n) => storedUser(10 + n, `guest${n}`))
  const presence = new Room(pace)
  for (const one of crowd.slice(1)) presence.enter(one)
  expect((await told(presence, 0, members(crowd)))?.connected).toHaveLength(presenceNamesMax)
  for (const one of crowd.slice(1)) presence.leave(one, 0)
  presence.enter(crowd[0] as StoredUser)
  expect(await told(presence, 5_000, members(crowd))).toEqual(only({ more: true }))
  expect(await told(presence, 5_001, members(crowd))).toBeUndefined()
})

test('the more follow, the longer until the next note', async () => {
  const presence = new Room({ graceMs: 0, perFollowerMs: 100 })
  for (const one of [ana, luis]) presence.enter(one)
  expect(await told(presence, 0)).toEqual(only({ connected: ['ana', 'luis'] }))
  presence.leave(luis, 0)
  expect(await told(presence, 99)).toBeUndefined() // one follows still
  expect(await told(presence, 100)).toEqual(only({ disconnected: ['luis'] }))
})

test('what could not be told, because nobody could say who is a member, is told later', async () => {
  const presence = new Room(pace)
  presence.enter(ana)
  await expect(presence.note(0, () => Promise.reject(new Error('unreadable')))).rejects.toThrow('unreadable')
  expect(presence.presence.isStirred).toBe(true)
  expect(await told(presence, 1)).toEqual(only({ more: true }))
})

test('whoever has left the room is not connected, whatever was told before, unless they are back', async () => {
  const presence = new Room(pace)
  for (const one of [ana, luis]) presence.enter(one)
  await told(presence, 0)
  presence.left('luis')
  presence.left('marta') // who does not follow
  expect(await told(presence, 1, members([ana]))).toEqual(only({ disconnected: ['luis', 'marta'] }))
  presence.left('luis')
  presence.joined('luis')
  expect(await told(presence, 2)).toEqual(only({ connected: ['luis'] }))
})
