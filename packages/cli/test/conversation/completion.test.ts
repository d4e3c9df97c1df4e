import { expect, test } from 'vitest'
import { beginningWith, commandsBeginningWith, completed, completionOf } from '../../src/conversation/completion.ts'

test.each([
  ['/hi', { kind: 'command', typed: 'hi', after: ' ' }],
  ['/join op', { kind: 'room', typed: 'op', after: '' }],
  ['hola @lu', { kind: 'name', typed: 'lu', after: ' ' }],
  ['@', { kind: 'name', typed: '', after: ' ' }],
  ['lu', { kind: 'name', typed: 'lu', after: ': ' }],
  ['hola lu', undefined],
  ['mail@lu', { kind: 'name', typed: 'mail@lu', after: ': ' }],
  ['/edit 4', undefined],
  ['', undefined]
])('%j is completed as %j', (before, expected) => {
  expect(completionOf(before)).toEqual(expected)
})

test('names are found in any case, each once', () => {
  expect(beginningWith('LU', ['luisa', 'Luis', 'marta', 'Luis'])).toEqual(['Luis', 'luisa'])
  expect(commandsBeginningWith('')).toEqual(['delete', 'edit', 'help', 'history', 'join', 'quit', 'rooms', 'search', 'who'])
})

test('one choice is written out, of several what they share, and where nothing is gained nothing is', () => {
  const name = { kind: 'name', typed: 'l', after: ': ' } as const
  expect(completed(name, ['luis'])).toBe('luis: ')
  expect(completed(name, ['Luis', 'luisa'])).toBe('Luis')
  expect(completed(name, ['lara', 'luis'])).toBeUndefined()
  expect(completed(name, [])).toBeUndefined()
})
