import { expect, test } from 'vitest'
import { startsOf } from '../../src/watching/starts.ts'

test.each([
  [[], undefined, { rooms: ['general'], after: {} }],
  [['ops'], undefined, { rooms: ['ops'], after: {} }],
  [['ops', 'general'], undefined, { rooms: ['ops', 'general'], after: {} }],
  [[], 'abcdefgh.7', { rooms: ['general'], after: { general: 'abcdefgh.7' } }],
  [['ops'], 'abcdefgh.7', { rooms: ['ops'], after: { ops: 'abcdefgh.7' } }],
  [['a', 'b'], '0', { rooms: ['a', 'b'], after: { a: '0', b: '0' } }],
  [[], 'a:abcdefgh.7,b:now', { rooms: ['a', 'b'], after: { a: 'abcdefgh.7', b: 'now' } }],
  [['a', 'b'], 'b:0', { rooms: ['a', 'b'], after: { b: '0' } }]
])('rooms %j, --after %s', (named, after, starts) => {
  expect(startsOf(named, after, 'general')).toEqual(starts)
})

test.each([
  [['a', 'b'], 'abcdefgh.7', /--after a:CURSOR,b:CURSOR/],
  [['a'], 'b:now', /names b, which is not one of the rooms/],
  [[], 'a:now,b', /“b” is not ROOM:CURSOR/],
  [[], ':now', /“:now” is not ROOM:CURSOR/]
])('rooms %j, --after %s is a usage error', (named, after, words) => {
  expect(() => startsOf(named, after, 'general')).toThrow(words)
})
