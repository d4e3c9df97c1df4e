import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { schemaCompilers } from '../../src/plugins/schema-compilers.ts'
import { healthRoutes } from '../../src/routes/health.ts'

test.each([
  [{ begun: false }, undefined, 'up', 200, 'ok'],
  [{ begun: false }, undefined, 'degraded', 200, 'ok'],
  [{ begun: true }, undefined, 'up', 503, 'draining'],
  [{ begun: false }, 'the disk fails', 'up', 503, 'failed']
] as const)('%j, writes off because of %s, bus %s: %i %s', async (drain, off, state, code, status) => {
  const app = Fastify()
  await app.register(schemaCompilers)
  await app.register(healthRoutes, { writesOff: () => off, drain, bus: { state } })
  const ready = await app.inject('/health/ready')
  expect([ready.statusCode, ready.json()]).toEqual([code, { status, bus: state }])
  expect((await app.inject('/health/live')).json()).toEqual({ status: 'ok' })
})
