import Fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { chatServer } from '../../src/app.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import { StoreError } from '../../src/stores/store.ts'
import { openApp } from '../support/open-app.ts'

test('requests that a full disk refuses are one line of the log, without a stack', async () => {
  const { store, ana } = await openApp()
  const lines: { level: number; msg: string }[] = []
  const app = Fastify({
    ...chatServerOptions,
    logger: { stream: { write: (line: string) => void lines.push(JSON.parse(line)) } }
  })
  onTestFinished(() => app.close())
  const refuse = async () => Promise.reject(new StoreError('storage-full', 'database or disk is full'))
  const full = new Proxy(store, {
    get: (target, name) => {
      const value = name === 'commit' ? refuse : Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
  await app.register(chatServer, { store: full, bus: new LocalBus() })
  for (let n = 0; n < 20; n++) {
    const url = '/v1/rooms/general/messages'
    const reply = await app.inject({ method: 'POST', url, headers: ana.headers, payload: { text: 'hi' } })
    expect(reply.statusCode).toBe(507)
  }
  const worse = lines.filter(({ level }) => level >= 40)
  expect(worse).toEqual([expect.objectContaining({ code: 'storage-full', reason: 'database or disk is full' })])
  expect(worse[0]).not.toHaveProperty('err')
})
