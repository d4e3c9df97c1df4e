import { expect, test } from 'vitest'
import { jsonLine } from '../../src/printing/json-line.ts'

test('a value is one line, and the same after reading it', () => {
  const value = { text: 'a\nb\x1b[31m \x7f\u009b \u202e\u2028 \u200b \u{e0041} 👨‍👩‍👧 ñ', list: [1, null] }
  const line = jsonLine(value)
  expect(line).not.toContain('\n')
  expect(JSON.parse(line)).toEqual(value)
})

test('nothing in it moves a cursor or hides', () => {
  expect(jsonLine('\x7f\u009b\u202e\u{e0041}ñ')).toBe('"\\u007f\\u009b\\u202e\\udb40\\udc41ñ"')
})
