import { describe, expect, test } from 'vitest'
import { mayWrite } from '../../src/plugins/origins.ts'
import { openApp, openAppForAll } from '../support/open-app.ts'

const shared = openAppForAll()

const listed = new Set(['https://lab.example.org'])

test.each([
  ['no page', {}, true],
  ['a page of ours', { origin: 'http://127.0.0.1:1543', host: '127.0.0.1:1543' }, true],
  ['a page of ours behind TLS', { origin: 'https://chat.example.org', host: 'chat.example.org:443' }, true],
  ['a page on another port', { origin: 'http://127.0.0.1:8080', host: '127.0.0.1:1543' }, false],
  ['a page of another site', { origin: 'https://evil.example.com', host: '127.0.0.1:1543' }, false],
  ['a page that hides where it is from', { origin: 'null', host: '127.0.0.1:1543' }, false],
  ['another site, by the word of the browser', { 'sec-fetch-site': 'cross-site', host: '127.0.0.1:1543' }, false],
  [
    'another port or subdomain, by the word of the browser alone',
    { 'sec-fetch-site': 'same-site', host: '127.0.0.1:1543' },
    false
  ],
  ['the same site, by the word of the browser', { 'sec-fetch-site': 'same-origin', host: '127.0.0.1:1543' }, true],
  ['a listed page', { origin: 'https://lab.example.org', 'sec-fetch-site': 'cross-site', host: '127.0.0.1:1543' }, true]
])('a write of %s', (_who, headers, allowed) => {
  expect(mayWrite(headers, listed)).toBe(allowed)
})

describe('a page of another site', () => {
  const headers = { origin: 'https://evil.example.com' }

  test('may not write, before it is asked who it is', async () => {
    const { app } = await openApp()
    for (const url of ['/v1/users', '/v1/rooms']) {
      const reply = await app.inject({ method: 'POST', url, headers, payload: {} })
      expect(reply.statusCode).toBe(403)
      expect(reply.json()).toMatchObject({
        code: 'origin-refused',
        detail: expect.stringContaining('--origin https://evil.example.com')
      })
    }
  })

  test.each(['null', 'file://'])('that says no more than %s is not told to be listed', async (origin) => {
    const { app } = shared()
    const { detail } = (await app.inject({ method: 'POST', url: '/v1/rooms', headers: { origin }, payload: {} })).json()
    expect(detail).toContain(`(Origin: ${origin})`)
    expect(detail).not.toContain('--origin')
  })

  test('may read, which tells it nothing without a token', async () => {
    const { app } = await openApp()
    expect((await app.inject({ url: '/v1/rooms', headers })).statusCode).toBe(401)
  })
})
