import { ProblemError } from '@tertulia/client'
import { expect, test } from 'vitest'
import { type Unfinished, unfinishedError } from '../../src/conversation/unfinished.ts'
import { failureOf } from '../../src/failing/failure.ts'

const text = (text: string, inDoubt: boolean) => ({ room: 'ops', text, key: `key-of-${text}`, waited: false, inDoubt })
const flags = (room: string) => ['--room', room]
const left = { cause: undefined, exitCode: undefined }

function told(unfinished: Unfinished, how: Parameters<typeof unfinishedError>[2] = left) {
  const error = unfinishedError(unfinished, flags, how)
  if (!error) return undefined
  const { text, exit } = failureOf(error)
  return { exit, lines: text.split('\n') }
}

test('nothing left undone, nothing told', () => {
  expect(told({ texts: [], returned: [], changes: [] })).toBeUndefined()
})

test('what is not known is told apart from what was not sent, each with the lines that go on', () => {
  expect(
    told({ texts: [text('uno', true), text('dos', false), text('tres', false)], returned: [], changes: ['chat delete 4'] })
  ).toEqual({
    exit: 7,
    lines: [
      'chat: 1 text may or may not have been sent. Repeat safely with:',
      'chat send --key key-of-uno --room ops uno',
      '2 texts were not sent. Send them with:',
      'chat send --room ops dos',
      'chat send --room ops tres',
      '1 change may or may not have been made. Make sure with:',
      'chat delete 4'
    ]
  })
})

test('what was refused or never entered is not lost either, whether it is a new text or was to replace one', () => {
  const returned = [
    { room: 'ops', text: 'cuatro' },
    { room: 'ops', text: 'cinco', id: 5 }
  ]
  expect(told({ texts: [text('uno', false)], returned, changes: [] })).toEqual({
    exit: 7,
    lines: [
      'chat: 2 texts were not sent. Send them with:',
      'chat send --room ops uno',
      'chat send --room ops cuatro',
      '1 change was not made. Make it with:',
      'chat edit --room ops 5 cinco'
    ]
  })
})

test('where nothing is surely unsent it ends with 8', () => {
  expect(told({ texts: [text('uno', true)], returned: [], changes: [] })?.exit).toBe(8)
  expect(told({ texts: [], returned: [], changes: ['chat delete 4'] })?.exit).toBe(8)
})

test('what has ended the conversation is told first, and ends the command', () => {
  const cause = new ProblemError({
    type: 'x',
    code: 'unauthorized',
    status: 401,
    title: 'x',
    instance: '',
    detail: 'Who are you?'
  })
  const { exit, lines } = told({ texts: [text('uno', false)], returned: [], changes: [] }, { cause, exitCode: undefined }) ?? {}
  expect(exit).toBe(3)
  expect(lines).toEqual([
    'chat: Who are you? [401 unauthorized]',
    'To sign in again: chat login',
    '1 text was not sent. Send it with:',
    'chat send --room ops uno'
  ])
})

test('a signal ends the command with its number', () => {
  expect(told({ texts: [text('uno', false)], returned: [], changes: [] }, { cause: undefined, exitCode: 143 })?.exit).toBe(143)
})
