import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { problems, schemas } from '@tertulia/protocol'
import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ChatServerOptions, chatServer } from '../../src/app.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import { openApp } from '../support/open-app.ts'

type Content = Record<string, { schema: object; example?: unknown; examples?: Record<string, object> }>
interface Described {
  operationId: string
  summary: string
  tags: string[]
  security?: object[]
  parameters?: { name: string; in: string; required?: boolean; schema: object }[]
  requestBody?: { required?: boolean; content: Content }
  responses: Record<string, { content?: Content; $ref?: string }>
}
interface Contract {
  paths: Record<string, Record<string, Described>>
  tags: { name: string }[]
  components: { schemas: Record<string, object>; responses: Record<string, object>; securitySchemes?: object }
  servers: { url: string }[]
}

/** What a server says of itself, and the routes that were registered. */
async function contractOf(options: Partial<ChatServerOptions> = {}, prefix = '', around = (_app: FastifyInstance) => {}) {
  const { store } = await openApp()
  const app = Fastify(chatServerOptions)
  onTestFinished(() => app.close())
  around(app)
  const routes: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push(`${each} ${url.replace(/:(\w+)/g, '{$1}')}`)
  })
  await app.register(chatServer, { store, bus: new LocalBus(), ...options, prefix })
  const reply = await app.inject({ url: `${prefix}/openapi.json`, headers: { host: 'localhost' } })
  expect(reply.headers['content-type']).toMatch(/^application\/json/)
  return { contract: reply.json() as Contract, text: reply.body, routes }
}

const operationsOf = ({ paths }: Contract) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ at: `${method.toUpperCase()} ${path}`, ...operation }))
  )

test('every route is in the contract, with a name, a summary, a known tag and its refusals', async () => {
  const { contract, routes } = await contractOf()
  const operations = operationsOf(contract)
  expect(operations.map(({ at }) => at).sort()).toEqual(routes.sort())
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  const tags = contract.tags.map(({ name }) => name)
  for (const { at, operationId, summary, tags: own, responses } of operations) {
    expect(operationId, at).toMatch(/^[a-z][A-Za-z]+$/)
    expect(summary, at).toMatch(/^[A-Z]/)
    expect(tags, at).toEqual(expect.arrayContaining(own))
    expect(own, at).toHaveLength(1)
    expect(responses['4XX'], at).toEqual({ $ref: '#/components/responses/Refused' })
    expect(responses['5XX'], at).toEqual({ $ref: '#/components/responses/Failed' })
    expect(
      Object.keys(responses).some((code) => /^2\d\d$/.test(code)),
      at
    ).toBe(true)
  }
})

test('what is named in the protocol is named in the contract, and every reference leads somewhere', async () => {
  const { contract, text } = await contractOf()
  expect(Object.keys(contract.components.schemas)).toEqual(schemas.map(({ $id }) => $id))
  const references = [...text.matchAll(/"\$ref":"#\/components\/(schemas|responses|headers|examples)\/([^"]+)"/g)]
  expect(references.length).toBe(text.match(/"\$ref"/g)?.length)
  for (const [, kind, name] of references) expect(contract.components[kind as 'schemas']).toHaveProperty(name as string)
  expect(text).not.toContain('"$id"')
})

test('every body and every answer that is no refusal is shown by an example, and every refusal by its problems', async () => {
  const { contract } = await contractOf({ lab2: true })
  for (const { at, requestBody, responses } of operationsOf(contract)) {
    for (const [type, { example }] of Object.entries(requestBody?.content ?? {})) expect(example, `${at} ${type}`).toBeDefined()
    for (const [code, { content = {} }] of Object.entries(responses)) {
      for (const [type, { example, examples }] of Object.entries(content)) {
        if (type !== 'application/problem+json') expect(example, `${at} ${code} ${type}`).toBeDefined()
        else expect(Object.keys(examples ?? {}).length, `${at} ${code}`).toBeGreaterThan(0)
      }
    }
  }
  const { put } = contract.paths['/v1/rooms/{room}/messages/{id}'] ?? {}
  const codesOf = (status: number) => Object.keys(put?.responses[status]?.content?.['application/problem+json']?.examples ?? {})
  expect(codesOf(404)).toEqual(['room-not-found', 'message-not-found'])
  expect(codesOf(403)).toEqual(['origin-refused', 'token-scope', 'banned', 'room-archived', 'not-author'])
  expect(codesOf(412)).toEqual(['stale'])
})

test('every problem is told where it can be met; a method that is not possible has no operation to tell it', async () => {
  const { text } = await contractOf({ lab2: true })
  const untold = Object.keys(problems).filter((code) => !text.includes(`"#/components/examples/${code}"`))
  expect(untold).toEqual(['method-not-allowed'])
})

test('an operation says what it takes and what it gives', async () => {
  const { contract } = await contractOf()
  const { get, post } = contract.paths['/v1/rooms/{room}/messages'] ?? {}
  expect(post?.requestBody).toEqual({
    required: true,
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/NewMessage' }, example: { text: 'hi' } },
      'text/plain': { schema: { type: 'string' }, example: 'hi' },
      'application/x-www-form-urlencoded': { schema: { $ref: '#/components/schemas/NewMessage' }, example: { text: 'hi' } }
    }
  })
  expect(post?.responses['201']?.content).toMatchObject({
    'application/json': { schema: { $ref: '#/components/schemas/Message' } }
  })
  expect(post?.parameters?.map(({ name, in: place, required }) => [name, place, required])).toEqual([
    ['room', 'path', true],
    ['Idempotency-Key', 'header', undefined]
  ])
  expect(get?.parameters?.map(({ name }) => name)).toEqual(['room', 'limit', 'before', 'after', 'around', 'If-None-Match'])
  expect(get?.responses['304']?.content).toBeUndefined()
  const follow = contract.paths['/v1/rooms/{room}/events']?.get
  expect(Object.keys(follow?.responses['200']?.content ?? {})).toEqual(
    expect.arrayContaining(['text/event-stream', 'application/x-ndjson'])
  )
  expect(follow?.parameters?.map(({ name }) => name)).toEqual(['room', 'after', 'limit', 'Last-Event-ID', 'Prefer'])
  expect(contract.paths['/v1/users']?.post?.security).toEqual([])
  expect(contract.paths['/v1/users/me']?.get?.security).toBeUndefined()
})

test('inside another app its server begins with the prefix, and how to sign in is left to that app', async () => {
  const { contract } = await contractOf({ authenticate: async () => null }, '/chat')
  expect(contract.servers).toEqual([{ url: '/chat' }])
  expect(contract.paths).toHaveProperty(['/v1/rooms'])
  expect(contract.components.securitySchemes).toBeUndefined()
  expect(contract.paths).not.toHaveProperty(['/v1/users'])
})

test('an app around it that describes its own routes passes ours by', async () => {
  const routes: RouteOptions[] = []
  await contractOf({}, '/chat', (app) => void app.addHook('onRoute', (route) => void routes.push(route)))
  expect(routes.length).toBeGreaterThan(20)
  expect(routes.filter(({ schema }) => schema?.hide !== true)).toEqual([])
})

describe('a linter of contracts', () => {
  const linter = fileURLToPath(new URL('../../../../node_modules/@redocly/cli/bin/cli.js', import.meta.url))

  test.each([
    ['alone', {}, ''],
    ['inside another app', { authenticate: async () => null }, '/chat']
  ])('has nothing to object, %s', async (_where, options, prefix) => {
    const { text } = await contractOf(options, prefix)
    const folder = mkdtempSync(join(tmpdir(), 'tertulia-openapi-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    writeFileSync(join(folder, 'openapi.json'), text)
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
    const { stdout } = await promisify(execFile)(process.execPath, [linter, 'lint', 'openapi.json', '--format', 'json'], {
      cwd: folder,
      env
    })
    expect(JSON.parse(stdout)).toMatchObject({ totals: { errors: 0, warnings: 0 } })
  })
})
