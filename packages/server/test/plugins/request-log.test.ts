import Fastify from 'fastify'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { chatServer } from '../../src/app.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import { cheap, openApp } from '../support/open-app.ts'

test('no line of the log holds a token, a password, a code, a key or a text, at the lowest level either', async () => {
  const { store } = await openApp()
  const lines: string[] = []
  const app = Fastify({
    ...chatServerOptions,
    loggerInstance: pino({ level: 'trace' }, { write: (line) => void lines.push(line) })
  })
  onTestFinished(() => app.close())
  await app.register(chatServer, { store, bus: new LocalBus(), passwords: { cost: cheap }, tell: (told) => app.log.info(told) })
  const json = { 'content-type': 'application/json' }
  const secrets: string[] = ['correct horse battery', 'a key of mine', 'nobody may read this']
  const ask = async (method: 'POST' | 'PUT' | 'GET', url: string, payload?: object, headers = {}) =>
    app.inject({ method, url, headers: { ...json, ...headers }, ...(payload ? { payload } : {}) })
  const { token } = (await ask('POST', '/v1/users', { name: 'marta', password: secrets[0] })).json()
  const headers = { authorization: `Bearer ${token}`, cookie: 'session=cookie-of-mine' }
  const { code } = (await ask('POST', '/v1/links', undefined, headers)).json()
  secrets.push(token, code, 'cookie-of-mine')
  await ask('POST', '/v1/sessions', { code })
  await ask('POST', '/v1/sessions', { name: 'marta', password: `${secrets[0]} not` })
  const room = '/v1/rooms/general/messages'
  await ask('POST', room, { text: secrets[2] }, { ...headers, 'idempotency-key': 'a-key-of-mine' })
  await ask('POST', room, { text: secrets[2], more: 1 }, { ...headers, 'idempotency-key': 'a-key-of-mine' })
  await ask('GET', room, undefined, { authorization: `Bearer ${token}x` })
  secrets.push('what+was+said', 'typed%20by%20mistake', 'marta%20and%20luis')
  await ask('GET', '/v1/search?limit=5&q=what+was+said', undefined, headers)
  await ask('GET', '/v1/search?typed%20by%20mistake', undefined, headers)
  await ask('GET', `/v1/rooms?token=${token}&q=marta%20and%20luis`, undefined, headers)
  await ask('GET', `/v1/nothing/${token}`)
  await ask('GET', `/${token}?q=what+was+said`)
  expect(lines.length).toBeGreaterThan(7)
  const log = lines.join('')
  expect([...secrets, 'a-key-of-mine'].filter((secret) => log.includes(secret))).toEqual([])
  expect(log).toContain('"url":"/v1/search?limit=5&q=…"')
})
