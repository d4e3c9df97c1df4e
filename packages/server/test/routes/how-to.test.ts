import { expect, test } from 'vitest'
import { openApp } from '../support/open-app.ts'

test('curl is told what to type', async () => {
  const { app } = await openApp()
  const reply = await app.inject({ url: '/', headers: { host: '203.0.113.9:1543', accept: '*/*' } })
  expect(reply.statusCode).toBe(200)
  expect(reply.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', vary: 'accept' })
  expect(reply.body).toContain('curl http://203.0.113.9:1543/v1/users')
  expect(reply.body.split('\n').length).toBeLessThan(20)
})

test('a browser gets a card that can run nothing', async () => {
  const { app } = await openApp({ publicUrl: 'https://chat.example.org' })
  const reply = await app.inject({ url: '/', headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })
  expect(reply.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(reply.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'/)
  expect(reply.headers['x-content-type-options']).toBe('nosniff')
  expect(reply.body).toContain('chat join https://chat.example.org --as')
  expect(reply.body).not.toContain('<script')
})

test('who wants neither is told what there is', async () => {
  const { app } = await openApp()
  expect((await app.inject({ url: '/', headers: { accept: 'image/png' } })).json()).toMatchObject({ code: 'not-acceptable' })
})
