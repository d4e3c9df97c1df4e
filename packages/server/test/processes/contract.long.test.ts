import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { noRateLimits } from '@tertulia/protocol'
import Fastify, { type FastifyServerOptions } from 'fastify'
import { expect, type TestContext, test } from 'vitest'
import { rows } from '../../../../contract/src/rows/all.ts'
import { tryContract } from '../../../../contract/src/try-contract.ts'
import type { Setting } from '../../../../contract/src/try-row.ts'
import { Certificates, noCertificates } from '../../../client/test/support/certificates.ts'
import { chatServer } from '../../src/app.ts'
import { openBus } from '../../src/open-bus.ts'
import { openStore } from '../../src/open-store.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import { isLong, length } from '../support/test-length.ts'
import { freePort } from './support/free-port.ts'
import { hasNginx, startNginx } from './support/nginx.ts'
import { ServerProcess } from './support/server-process.ts'

const program = fileURLToPath(new URL('../../../../contract/dist/main.js', import.meta.url))

/** Tests that run at once must each say what is theirs. */
type OnTestFinished = TestContext['onTestFinished']

/** The slowest row waits 35 s for its answer, and all tests run at once. */
const timeout = 180_000

test('every row has a name of its own, a section and a reason', () => {
  expect(rows.length).toBeGreaterThanOrEqual(80)
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
  for (const { name, rfc, why } of rows) expect([name, /\d|draft/.test(rfc), why.length > 10]).toEqual([name, true, true])
})

test.concurrent('the server keeps the contract', { timeout }, async ({ expect, onTestFinished }) => {
  const server = await ServerProcess.start(join(folder(onTestFinished), 'chat.db'))
  onTestFinished(async () => void (await server.end()))
  expect(await faults(server.url)).toEqual([])
})

test.concurrent('the server keeps the contract over TLS', { timeout }, async ({ expect, onTestFinished, skip }) => {
  const missing = noCertificates()
  if (missing && process.env.CI) throw new Error(missing)
  if (missing) return skip(missing)
  const certificates = new Certificates()
  onTestFinished(() => certificates.remove())
  const place = folder(onTestFinished)
  const { cert, key, file } = certificates.make()
  const [certFile, keyFile] = [join(place, 'cert.pem'), join(place, 'key.pem')]
  writeFileSync(certFile, cert)
  writeFileSync(keyFile, key, { mode: 0o600 })
  const args = ['--tls-cert', certFile, '--tls-key', keyFile]
  const server = await ServerProcess.start(join(place, 'chat.db'), { args })
  onTestFinished(async () => void (await server.end()))
  // A process of its own: whom it trusts is read when it starts.
  const trial = spawn(process.execPath, [program, server.url, ...(isLong ? [] : ['--quick'])], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: file },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let said = ''
  for await (const part of trial.stdout) said += part
  expect(said.split('\n').filter((line) => line !== '' && !line.startsWith('ok  '))).toEqual([
    expect.stringMatching(/^\d{3} passed, 0 failed$/)
  ])
})

/** That a plugin is as good inside another app is in embedding.test.ts too. */
const inFull = isLong ? test.concurrent : test.concurrent.skip

inFull('the server keeps the contract under a prefix of another app', { timeout }, async ({ expect, onTestFinished }) => {
  expect(await faults(await mounted(chatServerOptions, onTestFinished))).toEqual([])
})

inFull('an app without our options keeps what a plugin can keep', { timeout }, async ({ expect, onTestFinished }) => {
  expect(await faults(await mounted({}, onTestFinished), { bare: true })).toEqual([])
})

/** nginx tidies a path before it takes its beginning away, and so asks for these as they should be written; tried at full length alone. */
const tidied = [
  'a fragment',
  ...['//v1/rooms', '/v1//rooms', '/v1/../v1/rooms', '/v1/./rooms', '/v1/%2e%2e/v1/rooms'].map((path) => `the path ${path}`)
]

const proxied = [
  [', under a path', '/chat'],
  ['', '']
]

test.concurrent.for(proxied.slice(0, length({ short: 1, long: 2 })))(
  'the server keeps the contract behind nginx%s',
  { timeout },
  async ([, path], { expect, onTestFinished, skip }) => {
    if (!hasNginx()) {
      if (process.env.CI) throw new Error('nginx is missing (Debian: nginx-light)')
      return skip('nginx is missing (Debian: nginx-light)')
    }
    const place = folder(onTestFinished)
    const port = await freePort()
    const url = `http://127.0.0.1:${port}${path}`
    const server = await ServerProcess.start(join(place, 'chat.db'), { args: ['--public-url', url] })
    onTestFinished(async () => void (await server.end()))
    const nginx = await startNginx(place, server.port, port)
    onTestFinished(() => nginx.end())
    const mended = isLong && path !== '' ? tidied : []
    expect(await faults(url, { proxy: true })).toEqual(mended.map((name) => `${name}: status 200, not refused`))
  }
)

async function faults(address: string, setting: Partial<Setting> = {}): Promise<string[]> {
  const outcomes = await tryContract(address, { proxy: false, bare: false, quick: !isLong, ...setting }, () => {})
  return outcomes.flatMap(({ row, fault }) => (fault === undefined ? [] : `${row.name}: ${fault}`))
}

/** An app that has the chat at /chat, and something else beside it. */
async function mounted(options: FastifyServerOptions, onTestFinished: OnTestFinished): Promise<string> {
  const { store } = await openStore({ db: join(folder(onTestFinished), 'chat.db') })
  const bus = openBus()
  const app = Fastify(options)
  app.get('/', async () => 'something else')
  await app.register(chatServer, { prefix: '/chat', store, bus, limits: noRateLimits })
  await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await app.close()
    await bus.close()
    await store.close()
  })
  return `http://127.0.0.1:${(app.server.address() as { port: number }).port}/chat`
}

function folder(onTestFinished: OnTestFinished): string {
  const path = mkdtempSync(join(tmpdir(), 'tertulia-contract-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
