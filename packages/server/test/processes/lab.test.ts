import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { ServerProcess } from './support/server-process.ts'
import { temporaryFolder } from './support/silent-server.ts'

const missing = spawnSync('python3', ['--version']).status === 0 ? undefined : 'the program `python3` is missing'
if (missing) console.log(`lab: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`lab cannot run: ${missing}`)

const program = fileURLToPath(new URL('support/lab-client.py', import.meta.url))

/** A person with the lab's own client. */
function person(port: number) {
  const python = spawn('python3', [program, '127.0.0.1', `${port}`], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void python.kill())
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
  const ask = async (method: string, path: string, body: string | null, encoding = ''): Promise<[number, string | null]> => {
    python.stdin.write(`${JSON.stringify([method, path, body, encoding])}\n`)
    const { done, value } = await lines.next()
    if (done) throw new Error(`The client ended at ${method} ${path}`)
    return JSON.parse(value)
  }
  return {
    ask,
    take: async (name: string) => (await ask('POST', '/user', name))[0],
    say: async (text: string, encoding = '') => (await ask('POST', '/', text, encoding))[0],
    collect: async (name: string) => (await ask('POST', '/getMsg', name))[1]
  }
}

test.skipIf(missing)('two people of the lab talk, each with one connection object whose answers they leave unread', async () => {
  const server = await ServerProcess.start(join(temporaryFolder(), 'chat.db'), { args: ['--lab2'] })
  onTestFinished(async () => void (await server.end()))
  const [eva, inigo] = [person(server.port), person(server.port)]

  expect(await eva.take('eva')).toBe(201)
  expect(await inigo.take('eva')).toBe(401)
  expect(await inigo.take('Íñigo')).toBe(201)
  expect(await eva.say('eva>hello')).toBe(200)
  expect(await eva.say('eva>¿qué tal mañana?')).toBe(200)
  expect(await eva.say('eva>sí ✓', 'utf-8')).toBe(200)
  expect(await inigo.collect('Íñigo')).toBe('\neva>hello\neva>¿qué tal mañana?\neva>sí ✓')
  expect(await inigo.say('Íñigo>muy bien, ¡añade ñandúes!')).toBe(200)
  expect(await eva.collect('eva')).toBe('\nÍñigo>muy bien, ¡añade ñandúes!')
  expect(await eva.collect('eva')).toBe('')

  // Refusals close as well, and the client goes on.
  const refusals: [string, string, string | null, number][] = [
    ['POST', '/getMsg', 'nobody', 401],
    ['POST', '/', 'nobody>hi', 401],
    ['POST', '/', 'no mark', 422],
    ['POST', '/', `eva>${'x'.repeat(70_000)}`, 413],
    ['PUT', '/', 'eva>hi', 405],
    ['DELETE', '/user', null, 405],
    ['GET', '/getMsg', null, 405],
    ['GET', '/', null, 200],
    ['HEAD', '/', null, 200],
    ['GET', '/getMsg?x=1', null, 405]
  ]
  for (const [method, path, body, status] of refusals) {
    expect([method, path, (await eva.ask(method, path, body))[0]]).toEqual([method, path, status])
  }
  expect(await eva.say('eva>still here')).toBe(200)
  expect(await inigo.collect('Íñigo')).toBe('\neva>still here')
})
