import { expect, test } from 'vitest'
import { typedPlace } from '../src/typed-place.ts'

test.each([
  ['whoami', ''],
  ['--server http://x:1 --as=ana --room ops', '--server http://x:1 --as ana'],
  ['hi --as ana --server=http://x:1', '--server http://x:1 --as ana'],
  ['--json -- --as ana', ''],
  ['--server', '']
])('of “%s” another command takes “%s”', (argv, flags) => {
  expect(typedPlace(argv.split(' ')).join(' ')).toBe(flags)
})

test('the room too, where the other command has one', () => {
  expect(typedPlace(['--room=ops', 'hi'], ['as', 'room'])).toEqual(['--room', 'ops'])
})
