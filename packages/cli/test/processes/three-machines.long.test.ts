import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isLong } from '../../../server/test/support/test-length.ts'
import { Lan, noLan } from './support/lan.ts'

const repository = fileURLToPath(new URL('../../../..', import.meta.url))
const readme = readFileSync(join(repository, 'README.md'), 'utf8')
const blocksOf = (document: string, title: string): string[] => {
  const [, section = ''] = new RegExp(`^## ${title}\\n(.*?)^## `, 'ms').exec(document) ?? []
  return Array.from(section.matchAll(/^```sh\n(.*?)^```$/gms), ([, lines = '']) => lines)
}
const [install = '', start = ''] = blocksOf(readme, 'Three machines')
const [onServer = '', download = '', onSecond = '', onThird = ''] = start.trim().split('\n')
const [, address = ''] = /\/\/([\d.]+):/.exec(onSecond) ?? []

const missing = noLan()
if (missing) console.log(`three-machines: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`three-machines cannot run: ${missing}`)

/** A line of shell on one of the machines, and what it has said so far. */
class Running {
  readonly child: ChildProcess
  said = ''

  constructor(machine: string[], line: string, cwd: string, env: NodeJS.ProcessEnv) {
    const [ip = '', ...rest] = [...machine, 'sh', '-c', `exec ${line}`]
    this.child = spawn(ip, rest, { stdio: ['ignore', 'pipe', 'pipe'], cwd, env })
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

test('the quick start in Spanish types the same', () => {
  const spanish = readFileSync(join(repository, 'docs/es/inicio.md'), 'utf8')
  const commands = (lines = '') => lines.replace(/ +#.*$/gm, '')
  expect(commands(blocksOf(spanish, 'Tres máquinas en el laboratorio')[0])).toBe(commands(start))
  expect(commands(blocksOf(spanish, 'Arrancar el servidor')[0])).toContain(commands(install))
})

describe.skipIf(missing)('three machines, as the README sets them up', { timeout: 5 * 60_000 }, () => {
  type Person = 'luis' | 'marta'
  let folder: string
  let path: string
  let lan: Lan
  let server: Running
  let machines: Record<'server' | Person, string[]>
  const running: Running[] = []

  const run = (who: 'server' | Person, line: string) => {
    const home = join(folder, who)
    mkdirSync(home, { recursive: true })
    // Where there is no server, there is nothing but what comes with Node.
    const env = { PATH: who === 'server' ? `${path}:${process.env.PATH}` : process.env.PATH, HOME: home }
    const started = new Running(machines[who], line, home, env)
    running.push(started)
    return started
  }
  const done = async (who: Person, line: string) => {
    const program = run(who, line)
    const [code] = await once(program.child, 'close')
    expect(code, program.said).toBe(0)
    return program.said
  }

  /**
   * Where the two commands are. At full length they come as the README says: a clone, its dependencies (from npm's cache, where
   * they are there), a build, and an installation outside the user's own; else npm has linked them in this copy. The machines
   * share one file system, and so one program.
   */
  function commands(): string {
    if (!isLong) return join(repository, 'node_modules/.bin')
    const prefix = join(folder, 'prefix')
    execFileSync('sh', ['-ec', install.replace('URL', repository)], {
      cwd: folder,
      env: { ...process.env, npm_config_prefix: prefix, npm_config_prefer_offline: 'true' },
      stdio: ['ignore', 'ignore', 'inherit']
    })
    return join(prefix, 'bin')
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tertulia-machines-'))
    path = commands()
    lan = new Lan()
    const network = address.replace(/\d+$/, '')
    machines = {
      server: lan.host('server', address),
      luis: lan.host('second', `${network}20`),
      marta: lan.host('third', `${network}30`)
    }
    server = run('server', onServer)
    await server.until(/listening/)
  }, 5 * 60_000)
  afterAll(async () => {
    for (const { child } of running) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    lan.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  test('people on two of them see each other’s messages, edits and deletions live, and the server says who connected', async () => {
    for (const who of ['luis', 'marta'] as const) await done(who, download)
    expect(await done('luis', onSecond)).toContain('as luis')
    expect(await done('marta', onThird)).toContain('as marta')
    const watching = [run('luis', 'node chat.mjs watch'), run('marta', 'node chat.mjs watch')]
    await server.until(/luis connected from 203\.0\.113\.20/)
    await server.until(/marta connected from 203\.0\.113\.30/)

    const first = (await done('luis', 'node chat.mjs send "hola, soy luis"')).trim()
    const second = (await done('marta', 'node chat.mjs send "hola, soy marta"')).trim()
    for (const watch of watching) {
      await watch.until(new RegExp(`\\t${first}\\tgeneral\\tluis\\tmessage.created\\thola, soy luis\\n`))
      await watch.until(new RegExp(`\\t${second}\\tgeneral\\tmarta\\tmessage.created\\thola, soy marta\\n`))
    }
    await done('luis', `node chat.mjs edit ${first} "hola, soy Luis"`)
    await done('marta', `node chat.mjs delete ${second}`)
    for (const watch of watching) {
      await watch.until(new RegExp(`\\t${first}\\tgeneral\\tluis\\tmessage.edited\\thola, soy Luis\\n`))
      await watch.until(new RegExp(`\\t${second}\\tgeneral\\tmarta\\tmessage.deleted`))
    }
  })
})
