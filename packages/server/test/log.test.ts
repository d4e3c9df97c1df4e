import { expect, test } from 'vitest'
import { forPeople } from '../src/log.ts'

const time = new Date(2026, 10, 23, 9, 1, 12).getTime()

test.each([
  [{ level: 30, msg: 'ana joined general' }, '09:01:12  ana joined general\n'],
  [{ level: 20, msg: 'request', status: 200 }, '09:01:12  request {"status":200}\n'],
  [
    { level: 50, msg: 'unexpected error', request: 'a-1', err: { stack: 'Error: no\n    at here' } },
    '09:01:12  PROBLEM: unexpected error {"request":"a-1"}\nError: no\n    at here\n'
  ]
])('%j', (line, text) => {
  expect(forPeople(JSON.stringify({ time, ...line }))).toBe(text)
})
