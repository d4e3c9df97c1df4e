import { ConnectionError } from '@tertulia/client'
import { expect, test } from 'vitest'
import { ConnectionNews } from '../../src/printing/connection-news.ts'

const cut = { type: 'disconnected', retryMs: 500, error: new ConnectionError('reset', 'http://127.0.0.1:1543') } as const
const goodbye = { type: 'disconnected', retryMs: 500 } as const

test('a loss and its end are told once, with how many messages were missed', () => {
  const news = new ConnectionNews()
  expect(news.lost(cut, '; what you send waits here')).toMatch(
    /^connection lost \d\d:\d\d\. Trying again; what you send waits here$/
  )
  expect(news.lost(cut)).toBeUndefined()
  expect(news.found(1)).toMatch(/^connected again \d\d:\d\d, after 0 s; 1 message came meanwhile$/)
  expect(news.found(1)).toBeUndefined()
  expect(news.lost(cut)).toBeDefined()
  expect(news.found()).toMatch(/after 0 s$/)
})

test('a server that says goodbye and is back at once is no news, one that stays away is', () => {
  const news = new ConnectionNews()
  expect(news.lost(goodbye)).toBeUndefined()
  expect(news.found()).toBeUndefined()
  expect(news.lost(goodbye)).toBeUndefined()
  expect(news.lost(cut)).toBeDefined()
})
