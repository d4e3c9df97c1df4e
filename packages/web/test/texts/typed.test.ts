import { textCharsMax } from '@tertulia/protocol/limits'
import { textFault } from '@tertulia/protocol/text-fault'
import { expect, test } from 'vitest'
import { canBeSent, sendable, tooManyOf } from '../../src/texts/typed.ts'

test('what no message may hold is left out', () => {
  expect(sendable('a\0b\ud83d c')).toBe('ab\ufffd c')
  for (const text of ['x\0', '\ud800x', 'x\udc00', '👩‍👩‍👧']) expect(textFault(sendable(text)), text).toBeUndefined()
})

test('characters are counted as the server counts them', () => {
  for (const [text, many] of [
    ['x'.repeat(textCharsMax), 0],
    ['💬'.repeat(textCharsMax), 0],
    ['💬'.repeat(textCharsMax + 1), 1],
    [' \n\u200b', 0]
  ] as const) {
    expect(tooManyOf(text)).toBe(many)
    expect(canBeSent(text)).toBe(textFault(text) === undefined)
  }
})
