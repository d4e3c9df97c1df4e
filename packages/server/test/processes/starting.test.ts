import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import module from 'node:module'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { freePort } from './support/free-port.ts'
import { ServerProcess } from './support/server-process.ts'

const server = fileURLToPath(new URL('../..', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tertulia-starting-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

const flags = () => ['start', '--port', '0', '--db', join(folder, 'data', 'chat.db')]

/** The program, installed where it has no library beside itself. */
function installAlone(): string {
  for (const name of ['bin', 'program']) cpSync(join(server, name), join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  return join(folder, 'bin', 'chat-server.js')
}

/** Start the server, and stop it once it says that it listens. */
async function startAndStop(program: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, [program, ...flags()], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exit = once(child, 'exit')
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  expect(JSON.parse(line)).toMatchObject({ msg: 'listening' })
  child.kill('SIGTERM')
  expect(await exit).toEqual([0, null])
}

test('a start loads nothing of Node that the server never uses', async () => {
  const loaded = join(folder, 'loaded')
  const note = join(folder, 'note.cjs')
  writeFileSync(
    note,
    `if (require('node:worker_threads').isMainThread)
      process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(loaded)}, process.moduleLoadList.join('\\n')))`
  )
  await startAndStop(join(server, 'bin', 'chat-server.js'), { NODE_OPTIONS: `--require=${note}` })
  const modules = readFileSync(loaded, 'utf8').split('\n')
  expect(modules).toContain('NativeModule http')
  for (const absent of ['http2', 'https', 'tls', 'internal/deps/undici/undici'])
    expect(modules).not.toContain(`NativeModule ${absent}`)
})

test('where there is no SQLite, a start says so in one sentence, is exit 78 and leaves nothing', () => {
  const env = { ...process.env, CHAT_SERVER_SQLITE: 'addon' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [installAlone(), ...flags()], { env, encoding: 'utf8' })
  expect([status, stdout, stderr]).toEqual([
    78,
    '',
    expect.stringMatching(/^chat-server: This Node \(v[\d.]+\) has no SQLite .*, or install the optional package .*\.\n$/)
  ])
  expect(readdirSync(folder)).not.toContain('data')
})

test.runIf('enableCompileCache' in module && module.isBuiltin('node:sqlite'))(
  'from Node 22 on, what was compiled stays beside the program for the next start',
  async () => {
    await startAndStop(installAlone(), { NODE_COMPILE_CACHE: undefined })
    const [version = ''] = readdirSync(join(folder, 'compiled'))
    expect(readdirSync(join(folder, 'compiled', version)).length).toBeGreaterThan(3)
  }
)

/** Connect until somebody listens, ask, and give the first bytes of the answer; undefined: refused, it does not listen yet. */
const askEarly = (port: number): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n'))
    onTestFinished(() => void socket.destroy())
    socket.once('data', (bytes) => resolve(String(bytes)))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve(undefined)
      else reject(error)
    })
    socket.once('close', () => reject(new Error('It was closed without an answer')))
  })

test('whoever connects at the very first moment of a first start waits, and is answered', async () => {
  const port = await freePort()
  // The first that listens, whatever it is, stays as it is for so long that somebody connects to it.
  const linger = `const { listen } = net.Server.prototype; let lingered = false
    net.Server.prototype.listen = function (...words) {
      listen.apply(this, words)
      if (!lingered) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
      lingered = true
      return this
    }`
  const plant = `data:text/javascript,${encodeURIComponent(`import net from 'node:net'; ${linger}`)}`
  const program = join(server, 'bin', 'chat-server.js')
  const words = ['--import', plant, program, 'start', '--port', `${port}`, '--db', join(folder, 'data', 'chat.db')]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let answer: string | undefined
  while (answer === undefined) answer = await askEarly(port)
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await exit).toEqual([0, null])
})

test('a newer version says where it keeps what the database was, and removes an older copy', async () => {
  const db = join(folder, 'chat.db')
  writeFileSync(db, gunzipSync(readFileSync(new URL('../stores/fixtures/schema-12.db.gz', import.meta.url))))
  const oldCopy = `${db}.before-v9`
  writeFileSync(oldCopy, '')
  utimesSync(oldCopy, 0, 0)
  const lines: string[] = []
  const running = await ServerProcess.start(db, { onLine: (line) => lines.push(line) })
  onTestFinished(async () => void (await running.end('SIGKILL')))
  const told = lines.map((line) => JSON.parse(line)).find(({ copy }) => copy !== undefined)
  const begin = `${realpathSync(db)}.before-v`
  expect(told).toMatchObject({ schema: 12, msg: expect.stringContaining('kept as') })
  expect(told.copy.slice(0, begin.length)).toBe(begin)
  expect(Date.parse(told.until)).toBeGreaterThan(Date.now())
  expect([existsSync(told.copy), existsSync(oldCopy)]).toEqual([true, false])
  expect(await running.end()).toBe(0)

  lines.length = 0
  const again = await ServerProcess.start(db, { onLine: (line) => lines.push(line) })
  expect(await again.end()).toBe(0)
  expect(lines.filter((line) => line.includes('before-v'))).toEqual([])
})
