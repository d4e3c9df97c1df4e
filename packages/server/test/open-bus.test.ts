import { expect, onTestFinished, test } from 'vitest'
import type { Bus } from '../src/buses/bus.ts'
import { BusOpenError, openSharedBus } from '../src/open-bus.ts'
import { freePort } from './processes/support/free-port.ts'
import { NatsEngine, noNats } from './support/nats-engine.ts'
import { noPostgres, PostgresEngine } from './support/postgres-engine.ts'

/** Whether two nodes hear one another at this place. */
async function reaches(url: string): Promise<boolean> {
  const open = () => openSharedBus({ url, chat: 'abcd1234' })
  const [near, far] = (await Promise.all([open(), open()])) as [Bus, Bus]
  onTestFinished(async () => void (await Promise.all([near.close(), far.close()])))
  const heard = new Promise<void>((resolve) => void far.subscribe(1, () => resolve()))
  await far.subscribe(2, () => {})
  near.publish({ log: 1, head: 1 })
  await heard
  return true
}

test('nodes hear one another over NATS', async ({ skip }) => {
  skip(noNats !== undefined, noNats)
  const engine = await NatsEngine.start()
  onTestFinished(() => engine.stop())
  expect(await reaches(`nats://127.0.0.1:1,${engine.url}`)).toBe(true) // of several servers one is enough
})

test('nodes hear one another over PostgreSQL', async ({ skip }) => {
  skip(noPostgres !== undefined, noPostgres)
  const engine = await PostgresEngine.start()
  onTestFinished(() => engine.remove())
  expect(await reaches(await engine.createDatabase())).toBe(true)
})

test('a bus that is down is waited for', async ({ skip }) => {
  skip(noNats !== undefined, noNats)
  const engine = await NatsEngine.start()
  onTestFinished(() => engine.stop())
  await engine.stop()
  const opening = openSharedBus({ url: engine.url, chat: 'abcd1234' })
  await engine.start()
  const bus = await opening
  expect(bus.state).toBe('up')
  await bus.close()
})

test.each(['nats://chat:s3cr3t@127.0.0.1:PORT', 'postgres://chat:s3cr3t@127.0.0.1:PORT/chat'])(
  'one that stays down is told by its place, not by its password (%s)',
  async (place) => {
    const url = place.replace('PORT', String(await freePort()))
    const error = await openSharedBus({ url, chat: 'abcd1234', waitMs: 0 }).catch((reason: Error) => reason)
    expect(error).toBeInstanceOf(BusOpenError)
    expect((error as Error).message).toContain(` at ${new URL(url).host} `)
    expect((error as Error).message).not.toContain('s3cr3t')
  }
)
