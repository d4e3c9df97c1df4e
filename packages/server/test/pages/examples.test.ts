import { type ProblemCode, problems, type RegistrationMode } from '@tertulia/protocol'
import Fastify, { type InjectOptions, type LightMyRequestResponse } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { chatServer } from '../../src/app.ts'
import { LocalBus } from '../../src/buses/local.ts'
import type { Example } from '../../src/pages/page.ts'
import { problemCodes, problemLessons } from '../../src/pages/problems/catalogue.ts'
import { statuses, statusLessons } from '../../src/pages/statuses/catalogue.ts'
import type { Status } from '../../src/pages/statuses/lesson.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import { digestOf } from '../../src/services/secrets.ts'
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
  await luis.post('/v1/rooms', { name: 'standup' })
  await luis.post('/v1/rooms/standup/messages', { text: 'nothing in my way' }) // 3
  await luis.patch('/v1/rooms/standup', { retainDays: 1 })
  await store.commit([{ kind: 'sweep', after: 0, atMs: Date.now() + 2 * 24 * 3_600_000 }])

  const invite = (code: string, expiresAtMs: number) => {
    const whose = { actor: null, by: null, role: null, admin: false, atMs: Date.now() }
    return { kind: 'make-invite', ...whose, uses: 1, expiresAtMs, codeDigest: digestOf(code) } as const
  }
  const [spent, expired] = ['B4T0RZC8W6VDN3GYEK7QF29XMH', 'W6VDN3GYEK7QF29XMHB4T0RZC8']
  await store.commit([invite(spent, Date.now() + 3_600_000), invite(expired, 1)])
  await app.inject({ method: 'POST', url: '/v1/users', payload: { name: 'marta', invite: spent } })

  /** A cursor in an example is of the epoch abcd1234, its token is ana's. */
  const here = (lines: readonly string[]) =>
    lines.join('\n').replaceAll('abcd1234', store.epoch).replace('Bearer TOKEN', ana.headers.authorization)
  const asTold = async (registration: RegistrationMode) => {
    if (registration === 'open') return app
    const other = Fastify(chatServerOptions)
    onTestFinished(() => other.close())
    await other.register(chatServer, { store, bus: new LocalBus(), registration })
    return other
  }
  const ask = async (request: readonly string[], registration: RegistrationMode): Promise<LightMyRequestResponse> => {
    const [head = '', payload] = here(request).split('\n\n')
    const [line = '', ...fields] = head.split('\n')
    const [method, url = ''] = line.split(' ')
    const headers = Object.fromEntries(fields.map((field) => field.split(/: (.*)/, 2)))
    const asked: InjectOptions = { method: method as 'GET', url, headers }
    if (payload) asked.payload = payload
    return (await asTold(registration)).inject(asked)
  }
  return { here, ask }
}

/** Some problems come only from a server that does not let anybody register. */
const registrations: Partial<Record<ProblemCode, RegistrationMode>> = {
  'invite-required': 'invite',
  'registration-closed': 'closed'
}

const examples: [number, Example | undefined, RegistrationMode][] = [
  ...problemCodes.map((code): [number, Example | undefined, RegistrationMode] => {
    return [problems[code].status, problemLessons[code].example, registrations[code] ?? 'open']
  }),
  ...statuses.map((status): [number, Example | undefined, RegistrationMode] => [status, statusLessons[status].example, 'open'])
]

test('every example is what this server answers', async () => {
  const { here, ask } = await examplesServer()
  let tried = 0
  for (const [status, example, registration] of examples) {
    if (!example) continue
    tried += 1
    const where = example.request.join('\n')
    const reply = await ask(example.request, registration)
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
