import { expect, test } from 'vitest'
import { openApp, openAppForAll } from '../support/open-app.ts'

const shared = openAppForAll()

const paths = {
  '/': 'GET, HEAD, OPTIONS',
  '/health/live': 'GET, HEAD, OPTIONS',
  '/health/ready': 'GET, HEAD, OPTIONS',
  '/v1/users': 'OPTIONS, POST',
  '/v1/users/me': 'DELETE, GET, HEAD, OPTIONS',
  '/v1/users/ana': 'GET, HEAD, OPTIONS',
  '/v1/rooms': 'GET, HEAD, OPTIONS, POST',
  '/v1/rooms/general': 'GET, HEAD, OPTIONS, PATCH',
  '/v1/rooms/general/members': 'GET, HEAD, OPTIONS',
  '/v1/rooms/general/members/ana': 'DELETE, OPTIONS, PUT',
  '/v1/rooms/general/messages': 'GET, HEAD, OPTIONS, POST',
  '/v1/rooms/general/messages/1': 'DELETE, GET, HEAD, OPTIONS, PUT',
  '/v1/rooms/general/events': 'GET, HEAD, OPTIONS'
}
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'QUERY'] as const

test('every method that a path does not take is 405, with those that it takes', async () => {
  const { app } = await openApp()
  for (const [url, allow] of Object.entries(paths)) {
    for (const method of methods) {
      const reply = await app.inject({ method: method as 'GET', url, headers: { 'content-type': 'application/json' } })
      if (allow.split(', ').includes(method)) {
        expect([url, method, reply.statusCode]).not.toEqual([url, method, 405])
      } else {
        expect([url, method, reply.statusCode, reply.headers.allow]).toEqual([url, method, 405, allow])
      }
    }
  }
})

test('OPTIONS answers on every path without a token', async () => {
  const { app } = await openApp()
  for (const [url, allow] of Object.entries(paths)) {
    const reply = await app.inject({ method: 'OPTIONS', url: `${url}?limit=x` })
    expect([url, reply.statusCode, reply.headers.allow, reply.body]).toEqual([url, 204, allow, ''])
  }
})

test.each(['/nothing', '/v1', '/v1/users/me/', '//v1/rooms', '/V1/rooms', '/v1/rooms/general/messages/1/x'])(
  '%s is 404, whatever is done to it',
  async (url) => {
    const { app } = shared()
    for (const method of ['GET', 'OPTIONS', 'POST'] as const) {
      const reply = await app.inject({ method, url, payload: '{', headers: { 'content-type': 'application/json' } })
      expect(reply.statusCode).toBe(404)
      expect(reply.json()).toMatchObject({ code: 'not-found' })
    }
  }
)

test('HEAD says what GET would, without a body', async () => {
  const { ana } = await openApp()
  for (const url of ['/v1/users/me', '/v1/rooms/general', '/v1/rooms/general/messages']) {
    const [head, get] = [await ana.ask('HEAD', url), await ana.get(url)]
    expect(head.statusCode).toBe(200)
    expect(head.body).toBe('')
    for (const name of ['content-type', 'etag', 'cache-control']) expect(head.headers[name]).toBe(get.headers[name])
    // Left out where the body would first have to be made.
    expect([undefined, get.headers['content-length']]).toContain(head.headers['content-length'])
  }
})
