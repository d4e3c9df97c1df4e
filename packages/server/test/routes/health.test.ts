import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { validation } from '../../src/plugins/validation.ts'
import { healthRoutes } from '../../src/routes/health.ts'

test.each([
  [{ begun: false }, undefined, 200, 'ok'],
  [{ begun: true }, undefined, 503, 'draining'],
  [{ begun: false }, 'the disk fails', 503, 'failed']
])('%j, writes off because of %s: %i %s', async (drain, off, code, status) => {
  const app = Fastify()
  await app.register(validation)
  await app.register(healthRoutes, { writesOff: () => off, drain })
  const ready = await app.inject('/health/ready')
  expect([ready.statusCode, ready.json()]).toEqual([code, { status }])
  expect((await app.inject('/health/live')).json()).toEqual({ status: 'ok' })
})
