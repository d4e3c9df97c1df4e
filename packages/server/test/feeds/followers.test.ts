import { expect, test } from 'vitest'
import { Followers } from '../../src/feeds/followers.ts'
import { keyRange } from '../../src/stores/key-range.ts'
import type { ListRange } from '../../src/stores/records.ts'
import { storedUser } from '../support/stored-user.ts'

const keys = (followers: Followers, range: Partial<ListRange> = {}, count = 100) =>
  followers.within(keyRange(range), count).map(({ key }) => key)

test('each user is there once, in the order of names, until their last stream has gone', () => {
  const followers = new Followers()
  const [ana, Luis, marta] = [storedUser(1, 'ana'), storedUser(2, 'Luis'), storedUser(3, 'marta')]
  for (const each of [marta, ana, Luis, ana]) followers.add(each)
  expect(keys(followers)).toEqual(['ana', 'luis', 'marta'])
  expect(followers.within(keyRange({}), 1)).toMatchObject([{ user: 1, key: 'ana' }])
  followers.remove(ana)
  followers.remove(Luis)
  expect(keys(followers)).toEqual(['ana', 'marta'])
  expect([followers.has('ana'), followers.has('Luis')]).toEqual([true, false])
  followers.remove(ana)
  followers.remove(ana) // nobody any more
  expect(keys(followers)).toEqual(['marta'])
})

test('who comes after a name is found, whether that name is there or not', () => {
  const followers = new Followers()
  for (const [id, name] of ['b', 'd', 'f', '\ufa0e', '\u{20000}'].entries()) followers.add(storedUser(id, name))
  expect(keys(followers, { after: 'b' }, 2)).toEqual(['d', 'f'])
  expect(keys(followers, { after: 'c' }, 2)).toEqual(['d', 'f'])
  expect(keys(followers, { after: 'f' })).toEqual(['\ufa0e', '\u{20000}'])
  expect(keys(followers, { after: '\u{20000}' })).toEqual([])
  expect(keys(followers, { beginning: 'd' })).toEqual(['d'])
  expect(keys(followers, { beginning: 'd', after: 'd' })).toEqual([])
})
