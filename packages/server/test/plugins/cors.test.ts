import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { openApp, openAppForAll } from '../support/open-app.ts'

const page = 'https://chat.example.org'
const other = 'https://else.example.org'

describe('a page of a listed origin', () => {
  const shared = openAppForAll({ corsOrigins: [page, 'http://localhost:8080'] })

  test('may ask for all that a path has, with the fields that mean something here', async () => {
    const { app } = shared()
    const headers = {
      origin: page,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization,content-type,if-match'
    }
    const reply = await app.inject({ method: 'OPTIONS', url: '/v1/rooms/general/messages/1', headers })
    expect([reply.statusCode, reply.body]).toEqual([204, ''])
    expect(reply.headers).toMatchObject({
      vary: 'origin',
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PUT',
      'access-control-max-age': '600'
    })
    expect(reply.headers).not.toHaveProperty('access-control-allow-credentials')
    expect(reply.headers).not.toHaveProperty('access-control-expose-headers')
  })

  test('may send and read every header field that the contract speaks of', async () => {
    const { app } = shared()
    const { paths, components } = (await app.inject('/openapi.json')).json()
    const operations = Object.values<Record<string, { parameters?: { in: string; name: string }[] }>>(paths).flatMap((path) =>
      Object.values(path)
    )
    const sent = operations.flatMap(({ parameters = [] }) =>
      parameters.filter((one) => one.in === 'header').map(({ name }) => name)
    )
    const preflight = await app.inject({
      method: 'OPTIONS',
      url: '/v1/rooms',
      headers: { origin: page, 'access-control-request-method': 'GET' }
    })
    const allowed = String(preflight.headers['access-control-allow-headers']).split(', ')
    expect(allowed).toEqual(expect.arrayContaining([...new Set(sent), 'Authorization', 'Content-Type']))
    const reply = await app.inject({ url: '/v1/rooms', headers: { origin: page } })
    const exposed = String(reply.headers['access-control-expose-headers']).split(', ')
    // What is for browsers and proxies alone.
    const others = ['Content-Security-Policy', 'Incremental', 'Vary', 'X-Accel-Buffering']
    expect(Object.keys(components.headers).filter((name) => !others.includes(name) && !exposed.includes(name))).toEqual([])
  })

  test.each([
    ['a page of history', 'GET', '/v1/rooms/general/messages', 200],
    ['an unknown version of it', 'GET', '/v1/rooms/GENERAL/messages', 308],
    ['a list', 'GET', '/v1/rooms', 200],
    ['events', 'GET', '/v1/rooms/general/events', 200],
    ['an export', 'GET', '/v1/rooms/general/export', 200],
    ['a page of documentation', 'GET', '/problems/stale', 200],
    ['the contract', 'GET', '/openapi.json', 200],
    ['the health', 'GET', '/health/ready', 200],
    ['a write', 'POST', '/v1/rooms/general/messages', 201],
    ['a refusal', 'POST', '/v1/rooms/nowhere/messages', 404],
    ['no path', 'GET', '/nothing', 404],
    ['no method', 'PATCH', '/v1/limits', 405],
    ['a malformed target', 'GET', '/v1/rooms?q=%ff', 400]
  ] as const)('may read %s', async (_what, method, url, status) => {
    const { ana } = shared()
    const payload = method === 'POST' ? { text: 'hi' } : undefined
    const reply = await ana.ask(method, url, payload, { origin: page, 'sec-fetch-site': 'cross-site' })
    expect(reply.statusCode).toBe(status)
    expect(reply.headers['access-control-allow-origin']).toBe(page)
    expect(reply.headers['access-control-expose-headers']).toContain('Retry-After')
    expect(reply.headers.vary).toMatch(/^origin(, accept)?$/)
  })

  test('is told why it was not let in', async () => {
    const { app } = shared()
    const reply = await app.inject({ method: 'POST', url: '/v1/rooms', headers: { origin: page }, payload: {} })
    expect(reply.statusCode).toBe(401)
    expect(reply.headers['access-control-allow-origin']).toBe(page)
    expect(reply.headers['access-control-expose-headers']).toContain('WWW-Authenticate')
  })

  test('may ask for a version that it has', async () => {
    const { app, ana } = shared()
    const first = await app.inject({ url: '/problems', headers: { origin: page } })
    const headers = { ...ana.headers, origin: page, 'if-none-match': String(first.headers.etag) }
    const again = await app.inject({ url: '/problems', headers })
    expect(again.statusCode).toBe(304)
    expect(again.headers).toMatchObject({ 'access-control-allow-origin': page, vary: 'origin, accept' })
  })

  test.each(['text/event-stream', 'application/x-ndjson'])('may follow a stream of %s', async (accept) => {
    const { app, ana } = await openApp({ corsOrigins: [page] })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const headers = { ...ana.headers, origin: page, accept }
    const stream = await fetch(`http://127.0.0.1:${port}/v1/rooms/general/events`, { headers })
    expect(stream.headers.get('access-control-allow-origin')).toBe(page)
    expect(stream.headers.get('vary')).toBe('origin, accept')
    await stream.body?.cancel()
  })

  test.each([other, 'null', 'https://chat.example.org.evil.example', 'http://chat.example.org', 'https://CHAT.example.org'])(
    'is not one of %s, which may neither read nor write',
    async (origin) => {
      const { app, ana } = shared()
      const read = await app.inject({ url: '/v1/rooms', headers: { ...ana.headers, origin } })
      expect(read.headers).not.toHaveProperty('access-control-allow-origin')
      expect(read.headers.vary).toBe('origin')
      const asked = { origin, 'access-control-request-method': 'POST' }
      const preflight = await app.inject({ method: 'OPTIONS', url: '/v1/rooms', headers: asked })
      expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
      const write = await app.inject({ method: 'POST', url: '/v1/rooms', headers: { ...ana.headers, origin }, payload: {} })
      expect(write.statusCode).toBe(403)
    }
  )
})

test('a path that is not there allows no method', async () => {
  const { app } = await openApp({ corsOrigins: [page] })
  const headers = { origin: page, 'access-control-request-method': 'GET' }
  const reply = await app.inject({ method: 'OPTIONS', url: '/nothing', headers })
  expect(reply.statusCode).toBe(404)
  expect(reply.headers).not.toHaveProperty('access-control-allow-methods')
})

test.each([{}, { origins: [page], publicUrl: page }])('without listed origins nothing is said of it (%j)', async (options) => {
  const { app, ana } = await openApp(options)
  const headers = { ...ana.headers, origin: page, 'access-control-request-method': 'GET' }
  for (const method of ['GET', 'OPTIONS'] as const) {
    const reply = await app.inject({ method, url: '/v1/rooms', headers })
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    expect(reply.headers.vary).toBeUndefined()
  }
})
