import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { commands } from '../../src/commands.ts'
import { Running, startServer } from '../support/chat.ts'

const run = promisify(execFile)

/** A machine with Node and nothing else: an empty folder, an empty home, and a PATH that leads to `node` alone. */
class Machine {
  readonly #root = mkdtempSync(join(tmpdir(), 'chat-alone-'))
  readonly folder = join(this.#root, 'here')
  readonly env = { PATH: join(this.#root, 'bin'), HOME: join(this.#root, 'home') }

  constructor() {
    for (const folder of [this.folder, this.env.PATH, this.env.HOME]) mkdirSync(folder)
    symlinkSync(process.execPath, join(this.env.PATH, 'node'))
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true })
  }

  /** Run `node` to its end. */
  async node(...words: string[]) {
    const running = this.start(...words)
    const code = await running.ended()
    return { code, stdout: running.stdout, stderr: running.stderr }
  }

  start(...words: string[]): Running {
    const { PATH } = this.env
    return new Running(spawn(join(PATH, 'node'), words, { cwd: this.folder, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] }))
  }
}

describe('with one file from the server, and Node', () => {
  let server: Awaited<ReturnType<typeof startServer>>
  let machine: Machine

  beforeAll(async () => {
    server = await startServer()
    machine = new Machine()
    await run('curl', ['-sSfO', `${server.url}/chat.mjs`], { cwd: machine.folder })
  })
  afterAll(async () => {
    machine.remove()
    await server.server.end()
    server.remove()
  })

  test('one joins, sends, watches, edits and deletes', async () => {
    const chat = (...words: string[]) => machine.node('chat.mjs', ...words)
    expect(await chat('join', server.url, '--as', 'luis')).toMatchObject({ code: 0 })
    const watch = machine.start('chat.mjs', 'watch', '--after', '0', '--count', '1', '--match', 'hola')
    expect(await chat('send', 'hola')).toEqual({ code: 0, stdout: '3\n', stderr: '' })
    expect(await watch.ended()).toBe(0)
    expect(watch.stdout).toMatch(/\t3\tgeneral\tluis\tmessage\.created\thola\n$/)
    expect(await chat('edit', '3', 'hola a todos')).toMatchObject({ code: 0, stderr: '' })
    expect((await chat('history')).stdout).toContain('hola a todos')
    expect(await chat('delete', '3')).toMatchObject({ code: 0, stderr: '' })
    expect(await chat('edit', '3', 'again')).toMatchObject({ code: 4 })
    expect(readdirSync(machine.folder)).toEqual(['chat.mjs'])
  })

  test('what it says to type is what works there, under whatever name', async () => {
    const other = new Machine()
    onTestFinished(() => other.remove())
    await run('curl', ['-sSf', '-o', 'tertulia.js.mjs', `${server.url}/chat.mjs`], { cwd: other.folder })
    const said = async (...words: string[]) => {
      const { stdout, stderr } = await other.node('./tertulia.js.mjs', ...words)
      return stdout + stderr
    }
    expect(await said()).toContain('EXAMPLES node tertulia.js.mjs join http')
    expect(await said('send', '--help')).toContain('    node tertulia.js.mjs send "good morning"\n')
    expect(await said('invite', 'revoke', '--help')).toMatch(/Its number is in\s+node tertulia\.js\.mjs invite list\./)
    expect(await said('send', 'hi')).toContain('Choose one: node tertulia.js.mjs join --as NAME\n')
    expect(await said('edit', '7')).toContain('For example: node tertulia.js.mjs edit 42 "good evening"\n')
    expect(await said('frob')).toContain('node tertulia.js.mjs')
    // It cannot start a server that is not there.
    expect(await said('join', 'http://127.0.0.1:9', '--as', 'luis')).toMatch(/connection refused\)\. Is it running\?\n$/)
    expect(await said('--version')).toMatch(/^chat \d+\.\d+\.\d+\n$/)
  })

  test('Tab completes the command chat, and what it says to type makes one of the file', async () => {
    const { stdout } = await machine.node('chat.mjs', 'completion')
    const [, line = ''] = /^Tab completes the command chat\. To have it.*:\n {2}(.*)\n\n/.exec(stdout) ?? []
    const env = { ...machine.env, PATH: `${machine.env.HOME}/.local/bin:${machine.env.PATH}:/usr/bin:/bin` }
    const sh = (typed: string) => run('sh', ['-ec', typed], { cwd: machine.folder, env })
    await sh(line)
    expect((await sh('chat completion-words -- sen')).stdout).toBe('send\n')
    expect((await sh('chat completion')).stdout).toMatch(/^bash: /)
    await expect(sh('chat sned')).rejects.toMatchObject({ stderr: expect.stringMatching(/: chat send\n$/) })
  })

  test('every command is in it, with its help', async () => {
    const calls = Object.keys(commands).map((id) => [...id.split(':'), '--help'])
    const script = `const { main } = await import('./chat.mjs'); for (const words of ${JSON.stringify(calls)}) await main(words)`
    const { code, stdout, stderr } = await machine.node('--input-type=module', '-e', script)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const [...words] of calls) expect(stdout).toContain(`\n  chat ${words.slice(0, -1).join(' ')}`)
  })
})
