import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Connection } from '../../../../contract/src/connection.ts'
import { type Reply, readReply } from '../../../../contract/src/reply.ts'
import { brokenRule } from '../../../../contract/src/rules.ts'
import { openApp } from '../support/open-app.ts'
import { length } from '../support/test-length.ts'
import { type AnyRequest, anyBytes, anyRequest, bytesOf, type Operation } from './any-request.ts'

/** Long enough for the slowest machine; a request that hangs would wait for ever. */
const answerMs = 20_000
const inAll = length({ short: 500, long: 10_000 })
/** A slow machine tries fewer. */
const interruptAfterTimeLimit = 120_000
const timeout = 170_000

test('whatever is asked of a route is answered, in order: never 500, always a problem where it is refused', {
  timeout
}, async () => {
  const { port, requests } = await open()
  let connection = await Connection.open('127.0.0.1', port)
  const ask = async (request: AnyRequest) => {
    if (connection.ended) connection = await Connection.open('127.0.0.1', port)
    connection.bytes = Buffer.alloc(0)
    const isHead = request.method === 'HEAD'
    await connection.send(bytesOf(request))
    let reply: Reply | undefined
    const isThere = () => {
      reply = readReply(connection.bytes, 0, isHead, connection.ended)
      return reply !== undefined && (reply.whole || isStream(reply))
    }
    await connection.until(isThere, answerMs)
    isThere()
    if (!reply) throw new Error(`no answer${connection.ended ? ': closed' : ''}`)
    check(reply)
    if (connection.bytes.length > reply.end) throw new Error(`more than an answer: ${connection.bytes.subarray(reply.end)}`)
    if (isStream(reply) || /close/i.test(reply.headers.get('connection') ?? '')) {
      connection.close()
      connection.ended = true
    }
  }
  await fc.assert(fc.asyncProperty(requests, ask), { numRuns: inAll * 0.8, interruptAfterTimeLimit })
  connection.close()
})

test('whatever bytes come are answered or their connection is closed: never 500, always a problem where it is refused', {
  timeout
}, async () => {
  const { app, port, requests } = await open()
  const send = async (bytes: Buffer) => {
    const connection = await Connection.open('127.0.0.1', port)
    await connection.send(bytes)
    connection.end()
    const isClosed = await connection.until(() => connection.ended, answerMs)
    connection.close()
    expect(isClosed).toBe(true)
    const reply = readReply(connection.bytes, 0, /^\s*HEAD/.test(bytes.toString('latin1')), true)
    if (reply?.whole) check(reply)
  }
  await fc.assert(fc.asyncProperty(anyBytes(requests), send), { numRuns: inAll * 0.2, interruptAfterTimeLimit })
  expect((await app.inject('/health/live')).statusCode).toBe(200)
})

const isStream = ({ status, headers }: Reply): boolean =>
  status === 200 && /event-stream|ndjson/.test(headers.get('content-type') ?? '')

function check(reply: Reply): void {
  if (reply.status === 500) throw new Error(`500: ${reply.body}`)
  const broken = brokenRule(reply, false)
  if (broken !== undefined) throw new Error(`${broken}: ${reply.body}`)
}

/** A server with a few messages and a private room, and requests for each of its routes. */
async function open() {
  const { app, ana, luis } = await openApp()
  await ana.post('/v1/rooms', { name: 'secret', visibility: 'private' })
  for (const text of ['one', 'two', 'three']) await ana.post('/v1/rooms/general/messages', { text })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { paths } = (await app.inject('/openapi.json')).json() as { paths: Record<string, Record<string, unknown>> }
  const operations: Operation[] = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path }))
  )
  expect(operations.length).toBeGreaterThan(20)
  const tokens = [ana, luis].map(({ headers }) => headers.authorization.replace('Bearer ', ''))
  return { app, port: (app.server.address() as AddressInfo).port, requests: anyRequest(operations, tokens) }
}
