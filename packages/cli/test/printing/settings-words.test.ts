import type { RoomSettings } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { listedWords, settingsWords } from '../../src/printing/settings-words.ts'

const settings: RoomSettings = { title: 'Operations', visibility: 'public', archived: false, retainDays: null }

test('the settings of a room say for how long it keeps messages, also where that is for ever', () => {
  expect(settingsWords(settings)).toBe('“Operations”, public, messages kept for ever')
  expect(settingsWords({ ...settings, retainDays: 30 })).toBe('“Operations”, public, messages kept for 30 days')
  expect(settingsWords({ title: '', visibility: 'private', archived: true, retainDays: 1 })).toBe(
    'no title, private, archived, messages kept for one day'
  )
})

test('a list of rooms says it where that is not for ever', () => {
  expect(listedWords(settings)).toBe('public')
  expect(listedWords({ ...settings, archived: true, retainDays: 30 })).toBe('public, archived, keeps 30 days')
})

test('of a server that knows nothing of days nothing is said', () => {
  const { retainDays: _, ...older } = settings
  expect(settingsWords(older as RoomSettings)).toBe('“Operations”, public')
  expect(listedWords(older as RoomSettings)).toBe('public')
})
