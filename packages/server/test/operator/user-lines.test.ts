import { expect, test } from 'vitest'
import type { ListedUser } from '../../src/operator/order.ts'
import { userLines } from '../../src/operator/user-lines.ts'

const user = (name: string, more: Partial<ListedUser> = {}): ListedUser => ({
  name,
  kind: 'person',
  admin: false,
  disabled: false,
  createdAt: '2026-11-23T10:00:00.000Z',
  ...more
})
const users = [user('ana', { admin: true, disabled: true }), user('李小龙'), user('josé'.normalize('NFD'), { kind: 'bot' })]

test('for eyes there is a head, and each column begins in one place', () => {
  expect(userLines(users, true)).toBe(`NAME    KIND    STATE           SINCE
ana     person  admin disabled  2026-11-23
李小龙  person  -               2026-11-23
${'josé'.normalize('NFD')}    bot     -               2026-11-23
`)
  expect(userLines([], true)).toBe('NAME  KIND  STATE  SINCE\n')
})

test('for a program there are lines alone, with tabs', () => {
  expect(userLines(users.slice(0, 1), false)).toBe('ana\tperson\tadmin disabled\t2026-11-23\n')
  expect(userLines([], false)).toBe('')
})
