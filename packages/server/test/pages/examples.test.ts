import { problems } from '@tertulia/protocol'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { expect, test } from 'vitest'
import type { Example } from '../../src/pages/page.ts'
import { problemCodes, problemLessons } from '../../src/pages/problems/catalogue.ts'
import { statuses, statusLessons } from '../../src/pages/statuses/catalogue.ts'
import type { Status } from '../../src/pages/statuses/lesson.ts'
import { openApp } from '../support/open-app.ts'

/** The server that the examples are about: what ana and luis have done on it. */
async function examplesServer() {
  const { app, store, ana, luis } = await openApp()
  const messages = '/v1/rooms/general/messages'
  await ana.post(messages, { text: 'hi' }) // 3, after ana has joined
  await luis.post(messages, { text: 'hello' }) // 5, after luis has joined
  await ana.post(messages, { text: 'build 118 passed' }, { 'idempotency-key': 'build-118' }) // 6
  await ana.delete(`${messages}/6`) // 7
  await luis.post('/v1/rooms', { name: 'ops' })
  await luis.post('/v1/rooms', { name: 'old' })
  await luis.post('/v1/rooms', { name: 'games' })
  await luis.put('/v1/rooms/games/members/ana', { role: 'banned' })
  await ana.post('/v1/rooms', { name: 'reading' })
  await ana.put('/v1/users/me/password', { password: 'correct horse battery' })
  await luis.patch('/v1/rooms/old', { archived: true })

  /** A cursor in an example is of the epoch abcd1234, its token is ana's. */
  const here = (lines: readonly string[]) =>
    lines.join('\n').replaceAll('abcd1234', store.epoch).replace('Bearer TOKEN', ana.headers.authorization)
  const ask = async (request: readonly string[]): Promise<LightMyRequestResponse> => {
    const [head = '', payload] = here(request).split('\n\n')
    const [line = '', ...fields] = head.split('\n')
    const [method, url = ''] = line.split(' ')
    const headers = Object.fromEntries(fields.map((field) => field.split(/: (.*)/, 2)))
    const asked: InjectOptions = { method: method as 'GET', url, headers }
    if (payload) asked.payload = payload
    return app.inject(asked)
  }
  return { here, ask }
}

const examples: [number, Example | undefined][] = [
  ...problemCodes.map((code) => [problems[code].status, problemLessons[code].example] as [number, Example]),
  ...statuses.map((status) => [status, statusLessons[status].example] as [number, Example])
]

test('every example is what this server answers', async () => {
  const { here, ask } = await examplesServer()
  let tried = 0
  for (const [status, example] of examples) {
    if (!example) continue
    tried += 1
    const where = example.request.join('\n')
    const reply = await ask(example.request)
    expect(reply.statusCode, `${where}\n${reply.body}`).toBe(status)
    const [head = '', body] = here(example.answer).split('\n\n')
    const [line, ...fields] = head.split('\n')
    expect(line, where).toBe(`HTTP/1.1 ${status} ${statusLessons[status as Status].name}`)
    for (const field of fields) {
      const [name = '', value] = field.split(/: (.*)/, 2)
      expect(reply.headers[name.toLowerCase()], where).toBe(value)
    }
    if (body === undefined) expect(reply.body, where).toBe('')
    else expect(reply.json(), where).toMatchObject(JSON.parse(body.replace(', …}', '}')))
  }
  expect(tried).toBeGreaterThan(25)
})
