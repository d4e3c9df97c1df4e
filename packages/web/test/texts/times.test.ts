import { expect, test } from 'vitest'
import { clock, dayKey, dayName, isSoonAfter } from '../../src/texts/times.ts'

const local = (day: number, hour: number, minute: number, year = 2026): string =>
  new Date(year, 10, day, hour, minute).toISOString()

test('the clock has 24 hours, midnight is 00', () => {
  expect([clock(local(25, 0, 5), 'en'), clock(local(25, 21, 40), 'es')]).toEqual(['00:05', '21:40'])
})

test('days are named as the reader names them, with the year where it is another one', () => {
  const now = new Date(2026, 10, 27)
  expect(dayName(local(25, 9, 0), 'en', now)).toMatch(/^Wednesday,? /)
  expect(dayName(local(25, 9, 0), 'es', now)).toMatch(/^Miércoles, 25 de noviembre$/)
  expect(dayName(local(25, 9, 0, 2025), 'es', now)).toContain('2025')
})

test('a day begins at midnight where the reader is', () => {
  expect(dayKey(local(25, 23, 59))).not.toBe(dayKey(local(26, 0, 0)))
  expect(dayKey(local(25, 0, 0))).toBe(dayKey(local(25, 23, 59)))
})

test('lines belong together for five minutes, and not over midnight', () => {
  expect(isSoonAfter(local(25, 9, 0), local(25, 9, 4))).toBe(true)
  expect(isSoonAfter(local(25, 9, 0), local(25, 9, 5))).toBe(false)
  expect(isSoonAfter(local(25, 23, 59), local(26, 0, 1))).toBe(false)
  expect(isSoonAfter(local(25, 9, 4), local(25, 9, 0))).toBe(false)
})
