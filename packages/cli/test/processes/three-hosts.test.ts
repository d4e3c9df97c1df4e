import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Lan, noLan } from './support/lan.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const chatServer = at('../../../server/bin/chat-server.js')
const chat = at('../../bin/chat.js')

const missing = noLan()
if (missing) console.log(`three-hosts: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`three-hosts cannot run: ${missing}`)

/** A program on one of the hosts, and what it has said so far. */
class Running {
  readonly child: ChildProcess
  said = ''

  constructor(host: string[], args: string[], env: NodeJS.ProcessEnv) {
    const [ip, ...rest] = [...host, process.execPath, ...args] as [string, ...string[]]
    this.child = spawn(ip, rest, { stdio: ['ignore', 'pipe', 'pipe'], env })
    const hear = (bytes: Buffer) => {
      this.said += bytes
    }
    this.child.stdout?.on('data', hear)
    this.child.stderr?.on('data', hear)
  }

  /** Resolves when it has said what matches. */
  async until(what: RegExp): Promise<void> {
    while (!what.test(this.said)) {
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode} and never said ${what}: ${this.said}`)
      await Promise.race([
        once(this.child.stdout as NodeJS.ReadableStream, 'data'),
        once(this.child.stderr as NodeJS.ReadableStream, 'data'),
        once(this.child, 'exit')
      ])
    }
  }
}

describe.skipIf(missing)('three machines, a server and two people', { timeout: 5 * 60_000 }, () => {
  const url = 'http://10.77.0.1:1543'
  let folder: string
  let lan: Lan
  let server: Running
  let hosts: Record<'ana' | 'luis', string[]>
  const running: Running[] = []

  const run = (name: 'ana' | 'luis', ...args: string[]) => {
    const home = join(folder, name)
    const { PATH } = process.env
    const started = new Running(hosts[name], [chat, ...args], { PATH, HOME: home, XDG_CONFIG_HOME: join(home, '.config') })
    running.push(started)
    return started
  }
  const done = async (name: 'ana' | 'luis', ...args: string[]) => {
    const program = run(name, ...args)
    const [code] = await once(program.child, 'close')
    expect(code, program.said).toBe(0)
    return program.said
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tertulia-hosts-'))
    lan = new Lan()
    const serverHost = lan.host('server', '10.77.0.1')
    hosts = { ana: lan.host('ana', '10.77.0.2'), luis: lan.host('luis', '10.77.0.3') }
    server = new Running(serverHost, [chatServer, 'start', '--host', '0.0.0.0', '--db', join(folder, 'chat.db')], process.env)
    running.push(server)
    await server.until(/listening/)
  })
  afterAll(async () => {
    for (const { child } of running) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    lan.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  test('see each other’s messages, edits and deletions live, and the server says who connected', async () => {
    await done('ana', 'join', url, '--as', 'ana')
    await done('luis', 'join', url, '--as', 'luis')
    const watching = [run('ana', 'watch'), run('luis', 'watch')]
    await server.until(/ana connected from 10\.77\.0\.2/)
    await server.until(/luis connected from 10\.77\.0\.3/)

    const first = (await done('ana', 'send', 'hola, soy ana')).trim()
    const second = (await done('luis', 'send', 'hola, soy luis')).trim()
    for (const watch of watching) {
      await watch.until(new RegExp(`\\t${first}\\tgeneral\\tana\\tmessage.created\\thola, soy ana\\n`))
      await watch.until(new RegExp(`\\t${second}\\tgeneral\\tluis\\tmessage.created\\thola, soy luis\\n`))
    }
    await done('ana', 'edit', first, 'hola, soy Ana')
    await done('luis', 'delete', second)
    for (const watch of watching) {
      await watch.until(new RegExp(`\\t${first}\\tgeneral\\tana\\tmessage.edited\\thola, soy Ana\\n`))
      await watch.until(new RegExp(`\\t${second}\\tgeneral\\tluis\\tmessage.deleted`))
    }
  })
})
