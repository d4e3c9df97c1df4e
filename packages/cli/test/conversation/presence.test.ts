import type { PresenceNote } from '@tertulia/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Here, Presence } from '../../src/conversation/presence.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function open(answers: (Here | Error)[]) {
  const told: string[] = []
  const presence = new Presence({
    me: 'pia',
    async ask() {
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      if (answer === undefined || answer instanceof Error) throw answer
      return answer
    },
    changed: (sentence) => told.push(sentence)
  })
  return { presence, told }
}
const here = (...names: string[]): Here => ({ names, isAll: true })
const note = (connected: string[], disconnected: string[] = [], more = false): PresenceNote => ({
  type: 'presence',
  room: 'general',
  connected,
  disconnected,
  more
})
const afterAll = () => vi.advanceTimersByTimeAsync(60_000)

test('who comes and goes is told, with who is here now, and nobody is asked', async () => {
  const { presence, told } = open([here('ana'), new Error('nobody should ask')])
  expect(await presence.sentence()).toBe('Here: ana')
  presence.watch()
  presence.hear(note(['luis']))
  presence.hear(note(['marta', 'luis'], ['ana']))
  await afterAll()
  expect(told).toEqual(['luis connected. Here: ana, luis', 'marta connected; ana disconnected. Here: luis, marta'])
  expect(presence.names).toEqual(['luis', 'marta'])
})

test('whether we are here ourselves is no news to us', async () => {
  const { presence, told } = open([here('ana')])
  await presence.sentence()
  presence.watch()
  presence.hear(note(['pia']))
  presence.hear(note([], ['pia']))
  presence.hear(note(['luis', 'pia']))
  expect(told).toEqual(['luis connected. Here: ana, luis, pia'])
})

test('where more came than were named it is asked, once, and again where that fails', async () => {
  const { presence, told } = open([here('ana'), new Error('no'), here('ana', 'luis'), new Error('nobody should ask')])
  await presence.sentence()
  presence.watch()
  for (let times = 0; times < 3; times++) presence.hear(note([], [], true))
  await afterAll()
  expect(told).toEqual(['luis connected. Here: ana, luis'])
})

test('what is told while an answer is under way is looked into afterwards', async () => {
  let answer = (_: Here) => {}
  const answers = [
    Promise.resolve(here('ana')),
    new Promise<Here>((resolve) => (answer = resolve)),
    Promise.resolve(here('luis'))
  ]
  const told: string[] = []
  const ask = () => answers.shift() as Promise<Here>
  const presence = new Presence({ me: 'pia', ask, changed: (sentence) => told.push(sentence) })
  await presence.sentence()
  presence.watch()
  presence.askSoon()
  await vi.advanceTimersByTimeAsync(2_000)
  presence.hear(note(['luis'], ['ana']))
  answer(here('ana')) // which was older
  await afterAll()
  expect(told).toEqual(['luis connected; ana disconnected. Here: luis'])
})

test('where nobody is connected it says so', async () => {
  expect(await open([here()]).presence.sentence()).toBe('Here: nobody')
})

test('of many it is not told who comes and goes', async () => {
  const many = (name: string): Here => ({ names: [name], isAll: false })
  const { presence, told } = open([many('ana'), many('luis')])
  expect(await presence.sentence()).toMatch(/^Here: ana, and others \(.*chat who --here\)$/)
  presence.watch()
  presence.hear(note(['luis'], ['ana']))
  await afterAll()
  expect(told).toEqual([])
})

test('what may have changed it is looked into soon, but not when nobody wants to know', async () => {
  const { presence, told } = open([here('ana'), here('ana', 'luis')])
  await presence.sentence()
  presence.askSoon()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told).toEqual([])
  presence.watch()
  presence.askSoon()
  await vi.advanceTimersByTimeAsync(2_000)
  presence.pause()
  expect(told).toEqual(['luis connected. Here: ana, luis'])
})
