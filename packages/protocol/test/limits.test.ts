import { expect, test } from 'vitest'
import * as limits from '../src/limits.ts'
import { NewMessage } from '../src/messages.ts'

test('every limit is a whole number above zero, and its name says its unit', () => {
  for (const [name, value] of Object.entries(limits)) {
    expect(Number.isSafeInteger(value) && value > 0, name).toBe(true)
    expect(name).toMatch(
      /(Bytes|Chars|Days|Fields|Invites|Limit|Marks|Messages|Ms|Names|Rooms|Searches|Seconds|Uses|Words)(Min|Max|Default)$|Ms$|^(links|sessions|tokens|bots|invites)Max$/
    )
  }
})

test('the longest text fits into a body, even if every character is escaped', () => {
  const escaped = '\\ud83d\\ude00'
  expect(JSON.stringify({ text: '' }).length + escaped.length * limits.textCharsMax).toBeLessThanOrEqual(limits.bodyBytesMax)
})

test('the default page of history is within its limit', () => {
  expect(limits.historyLimitDefault).toBeLessThanOrEqual(limits.historyLimitMax)
})

test('the limit of a text stands in the schema that clients read', () => {
  expect(NewMessage.properties.text).toMatchObject({ maxLength: limits.textCharsMax })
})
