import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { schemas } from '@tertulia/protocol'
import Fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { chatServer } from '../../src/app.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { problemDetails } from '../../src/plugins/problem-details.ts'
import { chatFileRoutes } from '../../src/routes/chat-file.ts'
import { openApp, openAppForAll } from '../support/open-app.ts'

const opened = openAppForAll()
const built = readFileSync(new URL('../../program/chat.mjs', import.meta.url))

/** KB have 1,024 bytes, and gzip its usual level. */
const bytesMax = 150 * 1024

test('the program chat is one file of at most 150 KB, compressed', async () => {
  expect(gzipSync(built).length).toBeLessThanOrEqual(bytesMax)
  const { headers, rawPayload } = await opened().app.inject({ url: '/chat.mjs', headers: { 'accept-encoding': 'gzip' } })
  expect(headers['content-encoding']).toBe('gzip')
  expect(rawPayload.length).toBeLessThanOrEqual(bytesMax)
  expect(gunzipSync(rawPayload)).toEqual(built)
})

test('whoever takes no encoding gets it as it is', async () => {
  const { statusCode, headers, rawPayload } = await opened().app.inject('/chat.mjs')
  expect(statusCode).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'content-length': String(built.length),
    'cache-control': 'no-cache',
    vary: 'accept-encoding',
    etag: expect.stringMatching(/^"[\w-]+"$/)
  })
  expect(headers).not.toHaveProperty('content-encoding')
  expect(rawPayload).toEqual(built)
})

test.each(['identity', 'gzip', 'br'])('whoever has it already (%s) is told that it is the same', async (encoding) => {
  const { app } = opened()
  const ask = (tag?: string) => {
    const condition = tag === undefined ? {} : { 'if-none-match': tag }
    return app.inject({ url: '/chat.mjs', headers: { 'accept-encoding': encoding, ...condition } })
  }
  const { headers } = await ask()
  const tag = String(headers.etag)
  const again = await ask(`"older", ${tag}`)
  expect([again.statusCode, again.body]).toEqual([304, ''])
  for (const field of ['etag', 'cache-control', 'vary']) expect(again.headers[field]).toBe(headers[field])
  expect((await ask('"older"')).statusCode).toBe(200)
})

test('HEAD says how long it is', async () => {
  const { statusCode, headers, body } = await opened().app.inject({ method: 'HEAD', url: '/chat.mjs' })
  expect([statusCode, headers['content-length'], body]).toEqual([200, String(built.length), ''])
})

test('it is there under a path, and for the users of another app', async () => {
  const { app } = await openApp({}, '/talk')
  expect((await app.inject('/talk/chat.mjs')).rawPayload).toEqual(built)
  const { store } = await openApp()
  const host = Fastify()
  onTestFinished(() => host.close())
  await host.register(chatServer, { prefix: '/talk', store, bus: new LocalBus(), authenticate: async () => null })
  expect((await host.inject({ url: '/talk/chat.mjs', headers: { host: 'localhost' } })).rawPayload).toEqual(built)
})

test('where it was not built, that is said', async () => {
  const app = Fastify()
  onTestFinished(() => app.close())
  for (const schema of schemas) app.addSchema(schema)
  await app.register(problemDetails, { base: '', onStorageFault: () => {}, onProblem: () => {} })
  await app.register(chatFileRoutes, { file: '/nowhere/chat.mjs' })
  const reply = await app.inject('/chat.mjs')
  expect(reply.json()).toMatchObject({
    status: 404,
    code: 'not-found',
    detail: 'This copy of the server was built without chat.mjs. Run npm run build.'
  })
})
