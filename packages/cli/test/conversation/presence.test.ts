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

test('who comes and goes is told, with who is here now', async () => {
  const { presence, told } = open([here('ana'), here('ana', 'luis'), new Error('no'), here('ana', 'luis'), here('marta')])
  expect(await presence.sentence()).toBe('Here: ana')
  presence.watch()
  for (let times = 0; times < 4; times++) await vi.advanceTimersByTimeAsync(30_000)
  presence.pause()
  expect(told).toEqual(['luis connected. Here: ana, luis', 'marta connected; ana, luis disconnected. Here: marta'])
})

test('whether we are here ourselves is no news to us', async () => {
  const { presence, told } = open([here('ana', 'pia'), here('ana'), here('ana', 'luis', 'pia')])
  await presence.sentence()
  presence.watch()
  for (let times = 0; times < 2; times++) await vi.advanceTimersByTimeAsync(30_000)
  presence.pause()
  expect(told).toEqual(['luis connected. Here: ana, luis, pia'])
})

test('where nobody is connected it says so', async () => {
  expect(await open([here()]).presence.sentence()).toBe('Here: nobody')
})

test('of many it is not told who comes and goes', async () => {
  const many = (name: string): Here => ({ names: [name], isAll: false })
  const { presence, told } = open([many('ana'), many('luis')])
  expect(await presence.sentence()).toMatch(/^Here: ana, and others \(.*chat who --here\)$/)
  presence.watch()
  await vi.advanceTimersByTimeAsync(60_000)
  presence.pause()
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
