import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ReadProgress } from '../../src/conversation/read-progress.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function open(answers: (Error | undefined)[] = []) {
  const told: number[] = []
  const progress = new ReadProgress(async (upTo) => {
    told.push(upTo)
    const answer = answers.shift()
    if (answer) throw answer
  })
  return { progress, told }
}

test('what is shown together is marked once, and what was read already is not', async () => {
  const { progress, told } = open()
  progress.online = true
  progress.marked = 4
  for (const id of [3, 5, 7, 6]) progress.shown(id)
  await vi.runAllTimersAsync()
  expect(told).toEqual([7])
  progress.shown(7)
  await vi.runAllTimersAsync()
  expect(told).toEqual([7])
})

test('without a connection nothing is marked, and all of it when there is one', async () => {
  const { progress, told } = open()
  progress.shown(5)
  await vi.runAllTimersAsync()
  expect(told).toEqual([])
  progress.online = true
  await vi.runAllTimersAsync()
  expect(told).toEqual([5])
})

test('what could not be marked is, with the next message or at the end', async () => {
  const { progress, told } = open([new Error('no'), new Error('no')])
  progress.online = true
  progress.shown(5)
  await vi.runAllTimersAsync()
  progress.shown(6)
  await vi.runAllTimersAsync()
  await progress.close()
  expect(told).toEqual([5, 6, 6])
})
