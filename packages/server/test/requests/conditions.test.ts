import type { FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { ifMatch, isKnown } from '../../src/requests/conditions.ts'

const with_ = (headers: Record<string, string>) => ({ headers }) as unknown as FastifyRequest

test.each([
  ['*', '*'],
  ['"a.1"', ['a.1']],
  ['"a.1", "a.2"', ['a.1', 'a.2']],
  ['"a.1" ,"b,c"', ['a.1', 'b,c']],
  ['W/"a.1"', []],
  ['W/"a.1", "a.2"', ['a.2']]
])('If-Match %s asks for %j', (field, tags) => {
  expect(ifMatch(with_({ 'if-match': field }))).toEqual(tags)
})

test('no If-Match asks for nothing', () => {
  expect(ifMatch(with_({}))).toBeUndefined()
})

test.each(['a.1', '"a.1', '"a.1" "a.2"', 'w/"a.1"', '', '*, "a.1"', '"a 1"'])('If-Match %s is refused', (field) => {
  expect(() => ifMatch(with_({ 'if-match': field }))).toThrow(expect.objectContaining({ code: 'invalid-header' }))
})

test.each([
  ['"a.1"', true],
  ['W/"a.1"', true],
  ['"a.0", "a.1"', true],
  ['*', true],
  ['"a.2"', false],
  ['x"a.1"y', false],
  ['"a.1" "a.2"', false],
  ['a.1', false]
])('If-None-Match %s knows version a.1: %s', (field, known) => {
  expect(isKnown(with_({ 'if-none-match': field }), 'a.1')).toBe(known)
})
