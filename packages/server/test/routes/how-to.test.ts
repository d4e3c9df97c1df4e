import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import Fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { chatServer } from '../../src/app.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import { openApp } from '../support/open-app.ts'

test('curl is told what to type', async () => {
  const { app } = await openApp()
  const reply = await app.inject({ url: '/', headers: { host: '203.0.113.9:1543', accept: '*/*' } })
  expect(reply.statusCode).toBe(200)
  expect(reply.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', vary: 'accept' })
  expect(reply.body).toContain('curl http://203.0.113.9:1543/v1/users')
  expect(reply.body).toContain(
    'curl -O http://203.0.113.9:1543/chat.mjs && node chat.mjs join http://203.0.113.9:1543 --as ana\n'
  )
  expect(reply.body.split('\n').length).toBeLessThan(20)
})

test('the host in the target counts more than the one in the field', async () => {
  const { app } = await openApp()
  await app.listen()
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, 'localhost')
  socket.write('GET http://localhost/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')
  const page = await text(socket)
  expect(page).toContain('curl http://localhost/v1/users')
  expect(page).not.toContain('evil')
})

test('without a page, a browser is told the same', async () => {
  const { app } = await openApp({ web: null, publicUrl: 'https://chat.example.org' })
  const reply = await app.inject({ url: '/', headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })
  expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(reply.body).toContain('chat join https://chat.example.org --as')
  expect((await app.inject({ url: '/', headers: { accept: 'text/html' } })).json()).toMatchObject({ code: 'not-acceptable' })
})

test('who wants neither is told what there is', async () => {
  const { app } = await openApp()
  expect((await app.inject({ url: '/', headers: { accept: 'image/png' } })).json()).toMatchObject({ code: 'not-acceptable' })
})

test('a proxy that is trusted says how it was reached, but not by which name', async () => {
  const { store } = await openApp()
  const app = Fastify({ ...chatServerOptions, trustProxy: '127.0.0.1' })
  onTestFinished(() => app.close())
  await app.register(chatServer, { store, bus: new LocalBus() })
  const forwarded = (proto: string) => ({ 'x-forwarded-proto': proto, 'x-forwarded-host': '"><script>', host: '203.0.113.9' })
  const page = async (proto: string) =>
    (await app.inject({ url: '/', headers: { ...forwarded(proto), accept: 'text/plain' } })).body
  expect(await page('https')).toContain('chat join https://203.0.113.9 --as')
  expect(await page('"><script>')).toContain('chat join http://203.0.113.9 --as')
  for (const proto of ['https', '"><script>']) expect(await page(proto)).not.toContain('<script')
})
