import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, onTestFinished, test } from 'vitest'

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
