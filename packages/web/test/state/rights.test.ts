import { expect, test } from 'vitest'
import { mayModerate, mayRemove, type Rights, rightsIn } from '../../src/state/rights.ts'
import { listed } from '../support/listed-room.ts'

const inRoom = (role: Rights, visibility: 'public' | 'private' = 'public') => ({ ...listed('ops', { visibility }), role })

test('one acts as what one is in a room, and an admin as an owner in every public one', () => {
  expect(rightsIn(inRoom('moderator'), false)).toBe('moderator')
  expect(rightsIn(inRoom(null), false)).toBeNull()
  expect(rightsIn(undefined, true)).toBeNull()
  expect(rightsIn(inRoom(null), true)).toBe('owner')
  expect(rightsIn(inRoom('member', 'private'), true)).toBe('member')
})

test.each([
  ['owner', [true, true, true, true, true]],
  ['moderator', [true, false, false, true, true]],
  ['member', [false, false, false, false, false]],
  [null, [false, false, false, false, false]]
] as const)('%s: whether they moderate, and whom they remove', (rights, expected) => {
  const removed = (['owner', 'moderator', 'member', null] as const).map((role) => mayRemove(rights, role))
  expect([mayModerate(rights), ...removed]).toEqual(expected)
})
