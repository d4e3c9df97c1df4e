import { expect, test } from 'vitest'
import { LocalBus } from '../../src/buses/local.ts'
import { busContract } from './bus-contract.ts'

busContract('local', async (ends) => {
  const bus = new LocalBus()
  return Array.from({ length: ends }, () => bus)
})

test('inside one process a hint is heard at once, with its events', async () => {
  const bus = new LocalBus()
  const heard: unknown[] = []
  await bus.subscribe(1, (hint) => heard.push(hint))
  const hint = { log: 1, head: 1, events: [] }
  bus.publish(hint)
  expect(heard).toEqual([hint])
  expect(heard[0]).toBe(hint)
})

test('a hearer that fails does not reach the publisher, nor the other hearers, and is not hushed up', async () => {
  const bus = new LocalBus()
  const heard: number[] = []
  await bus.subscribe(1, () => {
    throw new Error('a bug')
  })
  await bus.subscribe(1, ({ head }) => heard.push(head))
  const uncaught = new Promise<Error>((resolve) => {
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.once('uncaughtException', (error) => {
      for (const listener of others) process.on('uncaughtException', listener)
      resolve(error)
    })
  })
  bus.publish({ log: 1, head: 4 })
  expect(heard).toEqual([4])
  expect((await uncaught).message).toBe('a bug')
})
