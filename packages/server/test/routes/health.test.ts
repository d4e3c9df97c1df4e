import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { schemaCompilers } from '../../src/plugins/schema-compilers.ts'
import { healthRoutes } from '../../src/routes/health.ts'

test.each([
  [{ begun: false, isLeaving: false }, undefined, 'up', 200, 'ok'],
  [{ begun: false, isLeaving: false }, undefined, 'degraded', 200, 'ok'],
  [{ begun: false, isLeaving: true }, undefined, 'up', 503, 'draining'],
  [{ begun: true, isLeaving: false }, undefined, 'up', 503, 'draining'],
  [{ begun: false, isLeaving: false }, 'the disk fails', 'up', 503, 'failed']
] as const)('%j, writes off because of %s, bus %s: %i %s', async ({ begun, isLeaving }, off, state, code, status) => {
  const app = Fastify()
  await app.register(schemaCompilers)
  await app.register(healthRoutes, { writesOff: () => off, drain: { begun, isAnnounced: () => isLeaving }, bus: { state } })
  const ready = await app.inject('/health/ready')
  expect([ready.statusCode, ready.json()]).toEqual([code, { status, bus: state }])
  expect((await app.inject('/health/live')).json()).toEqual({ status: 'ok' })
})

test('a database that is away is told of, and does not make the server unready', async () => {
  const app = Fastify()
  await app.register(schemaCompilers)
  let store: 'up' | 'away' = 'up'
  const drain = { begun: false, isAnnounced: () => false }
  await app.register(healthRoutes, { storeState: () => store, writesOff: () => undefined, drain, bus: { state: 'up' } })
  expect((await app.inject('/health/ready')).json()).toEqual({ status: 'ok', store: 'up', bus: 'up' })
  store = 'away'
  const away = await app.inject('/health/ready')
  expect([away.statusCode, away.json()]).toEqual([200, { status: 'ok', store: 'away', bus: 'up' }])
})
