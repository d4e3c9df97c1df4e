import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ask, register } from './support/ask.ts'
import { ServerProcess } from './support/server-process.ts'

test('a send repeated with its key exists once: in parallel, and after kill -9 and a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-repeated-'))
  const file = join(folder, 'chat.db')
  let server = await ServerProcess.start(file)
  onTestFinished(async () => {
    await server.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const token = await register(server.url, 'ana')
  const send = (text: string) =>
    ask('POST', `${server.url}/v1/rooms/general/messages`, { token, json: { text }, headers: { 'idempotency-key': 'once' } })
  const answers = await Promise.all(Array.from({ length: 10 }, () => send('hola')))
  await server.end('SIGKILL')
  server = await ServerProcess.start(file)
  answers.push(await send('hola'))
  expect(answers.map(({ status }) => status)).toEqual(Array(11).fill(201))
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(10)
  expect(await send('adiós')).toMatchObject({ status: 422, body: { code: 'key-reused' } })
  const { body } = await ask('GET', `${server.url}/v1/rooms/general/messages`, { token })
  expect(body.messages).toMatchObject([{ text: 'hola' }])
})
