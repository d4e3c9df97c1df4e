import { expect, test } from 'vitest'
import { untilWords } from '../../src/printing/until-words.ts'

test('what ends within two days is told with the time, anything later by its day', () => {
  const now = Date.parse('2026-11-27T10:00:00.000Z')
  const soon = new Date('2026-11-28T09:05:00.000Z')
  expect(untilWords(soon.toISOString(), now)).toBe(`until 2026-11-${soon.getDate()} ${soon.toTimeString().slice(0, 5)}`)
  expect(untilWords('2026-12-04T10:00:00.000Z', now)).toBe('until 2026-12-04')
})
