import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { parseOrder } from '../src/config.ts'
import { start } from '../src/start.ts'
import { noPostgres, PostgresEngine } from './support/postgres-engine.ts'

/** What listens does not come to it. */
vi.mock('../src/serving.ts', async (load) => {
  const serving = await load<typeof import('../src/serving.ts')>()
  const Fastify = (options: object) => Object.assign(serving.Fastify(options), { listen: () => Promise.reject(new Error('no')) })
  return { ...serving, Fastify }
})

describe.skipIf(noPostgres)(noPostgres ?? 'a start that fails late', () => {
  test('leaves no connection to the store and none to the bus', { timeout: 120_000 }, async () => {
    const engine = await PostgresEngine.start()
    onTestFinished(() => engine.remove())
    const url = await engine.createDatabase()
    const order = parseOrder(['start', '--port', '0', '--store', url, '--log-level', 'silent'], {})
    if (order.do !== 'start') return expect.unreachable()
    const before = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => [signal, process.listeners(signal)] as const)
    onTestFinished(() => {
      for (const [signal, known] of before)
        for (const listener of process.listeners(signal)) if (!known.includes(listener)) process.off(signal, listener)
    })
    await expect(start(order.config)).rejects.toThrow('no')
    const theirs = `SELECT count(*) FROM pg_stat_activity WHERE datname = '${new URL(url).pathname.slice(1)}' AND pid <> pg_backend_pid()`
    await expect.poll(() => engine.sql(url, theirs), { timeout: 60_000 }).toBe('0')
  })
})
