import Fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { chatServer } from '../../src/app.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import { openApp } from '../support/open-app.ts'

/** A server that trusts these proxies, and lets one name be registered per address. */
async function open(trustProxy: string[] | false) {
  const { store } = await openApp()
  const app = Fastify({ ...chatServerOptions, trustProxy })
  onTestFinished(() => app.close())
  await app.register(chatServer, { store, bus: new LocalBus(), limits: { register: { burst: 1, perSecond: 1e-6 } } })
  let count = 0
  const register = async (remoteAddress: string, from: string) => {
    const headers = { 'x-forwarded-for': from }
    const payload = { name: `guest-${count++}` }
    return (await app.inject({ method: 'POST', url: '/v1/users', remoteAddress, headers, payload })).statusCode
  }
  return { app, register }
}

test.each([
  ['without --trust-proxy', false as const],
  ['but a trusted proxy', ['10.0.0.1']]
])('nobody %s is believed about who asks and how', async (_who, trustProxy) => {
  const { app, register } = await open(trustProxy)
  expect(await register('203.0.113.9', '198.51.100.1')).toBe(201)
  expect(await register('203.0.113.9', '198.51.100.2')).toBe(429)
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example.com', host: '203.0.113.1' }
  const { body } = await app.inject({ url: '/', remoteAddress: '203.0.113.9', headers })
  expect(body).toContain('http://203.0.113.1/')
  expect(body).not.toContain('evil')
})

test('a trusted proxy is believed, and nothing that its client says of others', async () => {
  const { register } = await open(['10.0.0.1'])
  expect(await register('10.0.0.1', '198.51.100.1')).toBe(201)
  expect(await register('10.0.0.1', '198.51.100.2')).toBe(201)
  expect(await register('10.0.0.1', '192.0.2.200, 198.51.100.2')).toBe(429)
})

test('the name of a host is never believed of a proxy', async () => {
  const { app } = await open(['10.0.0.1'])
  const asked = { url: '/health/live', remoteAddress: '10.0.0.1' }
  const rebound = { host: 'evil.example.com', 'x-forwarded-host': 'localhost', 'x-forwarded-proto': '"><script>' }
  const refused = await app.inject({ ...asked, headers: rebound })
  expect(refused.statusCode).toBe(421)
  expect(refused.json().detail).toContain('--public-url http://evil.example.com')
  expect(
    (await app.inject({ ...asked, headers: { host: 'localhost', 'x-forwarded-host': 'evil.example.com' } })).statusCode
  ).toBe(200)
})
