import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import { hostOf } from '../../src/plugins/hosts.ts'
import { openAppForAll } from '../support/open-app.ts'

test.each([
  ['localhost', 'localhost'],
  ['LOCALHOST:1543', 'localhost'],
  ['chat.example.org.', 'chat.example.org'],
  ['127.0.0.1:80', '127.0.0.1'],
  ['[::1]:1543', '::1'],
  ['[::1', undefined],
  ['[nonsense]', undefined],
  ['a b', undefined],
  ['a/b', undefined],
  ['user@host', undefined],
  ['host:port', undefined],
  ['', undefined]
])('the host of “%s” is %s', (authority, host) => {
  expect(hostOf(authority)).toBe(host)
})

describe('a server that is known as chat.example.org', () => {
  const shared = openAppForAll({ publicUrl: 'https://chat.example.org', origins: ['https://lab.example.org'] })

  test.each([
    'localhost:1543',
    '127.0.0.1:1543',
    '203.0.113.9',
    '[2001:db8::1]:1543',
    hostname(),
    'chat.example.org',
    'lab.example.org'
  ])('answers to the Host %s', async (host) => {
    const { app } = shared()
    expect((await app.inject({ url: '/health/live', headers: { host } })).statusCode).toBe(200)
  })

  test('refuses another name, on every path, and says which flag would allow it', async () => {
    const { app } = shared()
    for (const url of ['/', '/health/live', '/v1/rooms', '/nothing']) {
      const reply = await app.inject({ url, headers: { host: 'rebound.example.com:1543' } })
      expect(reply.statusCode).toBe(421)
      expect(reply.json()).toMatchObject({
        code: 'misdirected',
        detail: expect.stringContaining('--public-url http://rebound.example.com')
      })
    }
  })
})
