import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { CarriedBus } from '../../src/buses/carried-bus.ts'
import { dialPostgres } from '../../src/buses/postgres/postgres.ts'
import { noPostgres, PostgresEngine } from '../support/postgres-engine.ts'
import { busContract } from './bus-contract.ts'
import { carriedContract } from './carried-contract.ts'

describe.skipIf(noPostgres)(`over NOTIFY${noPostgres ? ` (${noPostgres})` : ''}`, () => {
  let engine: PostgresEngine
  let url: string
  let chats = 0
  beforeAll(async () => {
    engine = await PostgresEngine.start()
    url = await engine.createDatabase()
  })
  afterAll(() => engine.remove())

  const dialOf = () => dialPostgres.bind(undefined, { url, chat: `chat${++chats}` })
  const openAll = (ends: number, dial = dialOf()) => Promise.all(Array.from({ length: ends }, () => CarriedBus.open({ dial })))

  busContract('NOTIFY', (ends) => openAll(ends))
  carriedContract('NOTIFY', () => engine, dialOf)

  /** How far each log has come, as the other of two nodes hears it, when so many were published at once. */
  async function headsHeard(logs: number, times: number): Promise<Map<number, number>> {
    const [near, far] = (await openAll(2)) as [CarriedBus, CarriedBus]
    onTestFinished(async () => void (await Promise.all([near.close(), far.close()])))
    const heads = new Map<number, number>()
    let woken = () => {}
    for (let log = 1; log <= logs; log++) {
      await far.subscribe(log, ({ head }) => {
        heads.set(log, head)
        woken()
      })
    }
    for (let head = 1; head <= times; head++) for (let log = 1; log <= logs; log++) near.publish({ log, head, events: [] })
    while (heads.size < logs || [...heads.values()].some((head) => head < times)) {
      await new Promise<void>((resolve) => {
        woken = resolve
      })
    }
    return heads
  }

  test('more logs than one notification holds are told all the same', async () => {
    expect((await headsHeard(3_000, 2)).size).toBe(3_000)
  })

  test('what leaves together is told once for each log, in one transaction', async () => {
    const before = await transactions()
    await headsHeard(10, 500)
    expect((await transactions()) - before).toBeLessThan(50)
  })

  /** How many transactions of the server have had a number, as one that notifies has. */
  const transactions = async () => Number(await engine.sql(url, 'select txid_current()'))
})
