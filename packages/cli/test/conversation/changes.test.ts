import { expect, test } from 'vitest'
import { Changes } from '../../src/conversation/changes.ts'

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

test('says what was not done, and that it is no longer under way', async () => {
  const told: string[] = []
  const changes = new Changes((what, error) => told.push(`${what}: ${(error as Error).message}`))
  changes.begin('deleted', 'chat delete 4', () => Promise.reject(new Error('no')))
  expect(changes.lines).toEqual(['chat delete 4'])
  await changes.close(new AbortController().signal)
  expect(told).toEqual(['not deleted: no'])
  expect(changes.lines).toEqual([])
})

test('whoever leaves and waits no longer is told which were given up, and of none that it failed', async () => {
  const told: string[] = []
  const changes = new Changes((what) => told.push(what))
  changes.begin('deleted', 'chat delete 4', () => Promise.resolve())
  changes.begin('edited', 'chat edit 5 hello', untilAborted)
  const patience = new AbortController()
  const closed = changes.close(patience.signal)
  patience.abort()
  await closed
  await new Promise(setImmediate)
  expect(changes.lines).toEqual(['chat edit 5 hello'])
  expect(told).toEqual([])
})
