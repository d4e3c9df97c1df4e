import { type AddressInfo, connect } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { Backlog } from '../../src/connections/backlog.ts'
import { pipelining } from '../../src/plugins/pipelining.ts'

/** What happened, in order; a request on `/` takes as long as its predecessor would need to be overtaken. */
async function openApp(): Promise<{ app: FastifyInstance; happened: string[] }> {
  const happened: string[] = []
  const ours: FastifyPluginAsync = async (app) => {
    await app.register(pipelining, { backlog: new Backlog(), onRefused: () => {} })
    app.get<{ Querystring: { n: string; close?: string } }>('/', async ({ query: { n, close } }, reply) => {
      happened.push(`begin ${n}`)
      await turns(n === '1' ? 20 : 1)
      happened.push(`end ${n}`)
      if (close) reply.header('connection', 'close')
      return n
    })
  }
  const app = Fastify()
  app.addHook('onRequest', () => turns(3)) // of an app that we are a part of
  await app.register(ours)
  await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => app.close())
  return { app, happened }
}

const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

const get = (query: string, fields = '') => `GET /?${query} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`

async function exchange(app: FastifyInstance, bytes: string): Promise<string> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(bytes)
  let answer = ''
  for await (const part of socket) answer += part
  return answer
}

test('a request is carried out when those before it on the connection have been answered', async () => {
  const { app, happened } = await openApp()
  const answers = await exchange(app, get('n=1') + get('n=2') + get('n=3', 'Connection: close\r\n'))
  expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3)
  expect(happened).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3'])
})

test('between the requests of one connection others have a turn, however many came in one piece', async () => {
  const app = Fastify()
  const happened: string[] = []
  let turn = 0
  let counting = true
  const count = () => {
    turn++
    if (counting) setImmediate(count)
  }
  await app.register(pipelining, { backlog: new Backlog(), onRefused: () => {} })
  app.get('/', (_request, reply) => {
    happened.push(`turn ${turn}`)
    reply.send('done') // at once
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => app.close())
  count()
  await exchange(app, get('n=1') + get('n=2') + get('n=3') + get('n=4', 'Connection: close\r\n'))
  counting = false
  expect(happened).toHaveLength(4)
  expect(new Set(happened).size).toBe(4)
})

test('requests of other connections do not wait', async () => {
  const { app, happened } = await openApp()
  const both = [get('n=1', 'Connection: close\r\n'), get('n=2', 'Connection: close\r\n')]
  await Promise.all(both.map((bytes) => exchange(app, bytes)))
  expect(happened.slice(0, 2).sort()).toEqual(['begin 1', 'begin 2'])
})

test('a request behind the last answer of a connection is not carried out', async () => {
  const { app, happened } = await openApp()
  const answers = await exchange(app, get('n=1&close=yes') + get('n=2'))
  expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(1)
  expect(happened).toEqual(['begin 1', 'end 1'])
})

test('of thousands of requests in one piece a hundred wait, the connection ends with the last of them, and nothing is made of the others', async () => {
  const { app, happened } = await openApp()
  let made = 0
  app.server.on('request', () => made++)
  const answers = await exchange(app, get('n=1') + get('n=2').repeat(5_000))
  expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(101)
  expect(answers.match(/connection: close/gi)).toHaveLength(1)
  expect(happened).toHaveLength(2 * 101)
  expect(made).toBe(101)
})
