import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CarriedBus } from '../../src/buses/carried-bus.ts'
import { dialNats } from '../../src/buses/nats/nats.ts'
import { dialPostgres } from '../../src/buses/postgres/postgres.ts'
import { NatsEngine, noNats } from '../support/nats-engine.ts'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { length } from '../support/test-length.ts'
import { engine } from './engine.ts'
import { followLogs } from './follow-logs.ts'
import { storeWithPeople } from './people.ts'

const opened = storeWithPeople()
const seeds = Array.from({ length: length({ short: 2, long: 60 }) }, (_, index) => 1_000 + index)

/** As over the bus of one process, see feed.long.test.ts: hints go over a real one, and most of its faults are injected. */
async function everyStreamIsItsLog(dial: Parameters<typeof CarriedBus.open>[0]['dial']): Promise<void> {
  const { store, people } = opened
  const ends = [await CarriedBus.open({ dial }), await CarriedBus.open({ dial })]
  try {
    let readers = 0
    for (const seed of seeds) {
      const outcome = await followLogs(engine, store, people, seed, 60_000, ends)
      expect(outcome.faults).toEqual([])
      readers += outcome.readers
    }
    expect(readers).toBeGreaterThan(10 * seeds.length)
  } finally {
    for (const end of ends) await end.close()
  }
}

describe.skipIf(noNats)(`over NATS${noNats ? ` (${noNats})` : ''}`, () => {
  let nats: NatsEngine
  beforeAll(async () => {
    nats = await NatsEngine.start()
  })
  afterAll(() => nats.stop())

  test('whatever is lost, doubled, late or out of order, every stream is exactly the log', { timeout: 300_000 }, () =>
    everyStreamIsItsLog(dialNats.bind(undefined, { url: nats.url, chat: 'feeds' }))
  )
})

describe.skipIf(noPostgres)(`over NOTIFY${noPostgres ? ` (${noPostgres})` : ''}`, () => {
  let postgres: PostgresEngine
  beforeAll(async () => {
    postgres = await PostgresEngine.start()
  })
  afterAll(() => postgres.remove())

  test('whatever is lost, doubled, late or out of order, every stream is exactly the log', { timeout: 300_000 }, async () => {
    await everyStreamIsItsLog(dialPostgres.bind(undefined, { url: await postgres.createDatabase(), chat: 'feeds' }))
  })
})
