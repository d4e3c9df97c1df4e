import { expect, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { engine } from './engine.ts'
import { followLogs } from './follow-logs.ts'
import { storeWithPeople } from './people.ts'

const opened = storeWithPeople()
const seeds = Array.from({ length: length({ short: 10, long: 100 }) }, (_, index) => index + 1)

test('whatever the bus and the readers do, every stream is exactly the log', { timeout: 300_000 }, async () => {
  const { store, people } = opened
  let readers = 0
  for (const seed of seeds) {
    const outcome = await followLogs(engine, store, people, seed, 60_000)
    expect(outcome.faults).toEqual([])
    readers += outcome.readers
  }
  expect(readers).toBeGreaterThan(10 * seeds.length)
})
