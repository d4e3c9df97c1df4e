import { expect, test } from 'vitest'
import { OwnMessages } from '../../src/conversation/own-messages.ts'
import { message } from '../support/message.ts'

test('one goes through those that are ours and not deleted, in both directions', () => {
  const own = new OwnMessages('ana')
  for (const id of [4, 2, 9]) own.note(message(id, `${id}`))
  own.note(message(7, 'x', { author: { name: 'luis', kind: 'person' } }))
  own.note(message(2, null, { rev: 11 }))
  expect(own.older()?.id).toBe(9)
  expect(own.older(9)?.id).toBe(4)
  expect(own.older(4)).toBeUndefined()
  expect(own.newer(4)?.id).toBe(9)
  expect(own.newer(9)).toBeUndefined()
})

test('the newest state counts, whatever comes last', () => {
  const own = new OwnMessages('ana')
  own.note(message(4, 'new', { rev: 8 }))
  own.note(message(4, 'old'))
  expect(own.get(4)).toEqual({ id: 4, text: 'new', rev: 8 })
})
