import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Voice } from '../../src/state/voice.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const textsOf = ({ lines }: Voice) => lines.value.map(({ text }) => text)

test('what is said in one moment is all there, in its order, and so is what was said just before', () => {
  const voice = new Voice()
  voice.say('Saved.', true)
  voice.say('luis: hola')
  expect(textsOf(voice)).toEqual([])
  vi.advanceTimersByTime(1_000)
  expect(textsOf(voice)).toEqual(['Saved.', 'luis: hola'])
  const before = voice.lines.value
  voice.say('You were removed from den.')
  vi.advanceTimersByTime(1_000)
  expect(textsOf(voice)).toEqual(['Saved.', 'luis: hola', 'You were removed from den.'])
  // The same lines, which are not read again.
  expect(voice.lines.value.slice(0, 2)).toEqual(before)
})

test('the same words twice are two lines', () => {
  const voice = new Voice()
  voice.say('Saved.', true)
  vi.advanceTimersByTime(1_000)
  voice.say('Saved.', true)
  vi.advanceTimersByTime(1_000)
  expect(textsOf(voice)).toEqual(['Saved.', 'Saved.'])
  expect(new Set(voice.lines.value.map(({ key }) => key)).size).toBe(2)
})

test('what was read long ago goes when something else is said', () => {
  const voice = new Voice()
  voice.say('luis: hola')
  vi.advanceTimersByTime(60_000)
  expect(textsOf(voice)).toEqual(['luis: hola'])
  voice.say('luis: ¿estás?')
  vi.advanceTimersByTime(1_000)
  expect(textsOf(voice)).toEqual(['luis: ¿estás?'])
})

test('when a dialog comes or goes, what waits is said in the new place, with what may not have been heard in the old one', () => {
  const voice = new Voice()
  voice.say('luis: hola')
  vi.advanceTimersByTime(1_000)
  voice.say('luis: ¿estás?')
  vi.advanceTimersToNextTimer()
  voice.say('Saved.', true)
  voice.move()
  expect(textsOf(voice)).toEqual([])
  voice.move()
  vi.advanceTimersByTime(1_000)
  expect(textsOf(voice)).toEqual(['luis: ¿estás?', 'Saved.'])
  voice.move()
  vi.advanceTimersByTime(1_000)
  expect(textsOf(voice)).toEqual([])
})

test('a new place is there for a while before anything is said in it', () => {
  const voice = new Voice()
  voice.say('Saved.', true)
  vi.advanceTimersByTime(99)
  voice.move()
  vi.advanceTimersByTime(99)
  expect(textsOf(voice)).toEqual([])
  vi.advanceTimersByTime(1)
  expect(textsOf(voice)).toEqual(['Saved.'])
})

test('nothing stays for who comes next, nor comes later', () => {
  const voice = new Voice()
  voice.say('luis: hola')
  vi.advanceTimersByTime(1_000)
  voice.say('luis: ¿estás?')
  voice.end()
  vi.advanceTimersByTime(1_000)
  expect(textsOf(voice)).toEqual([])
})
