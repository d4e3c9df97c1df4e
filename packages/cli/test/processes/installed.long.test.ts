import { execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../../server/test/processes/support/free-port.ts'
import { isLong } from '../../../server/test/support/test-length.ts'
import { Running } from '../support/chat.ts'

const run = promisify(execFile)
const repository = fileURLToPath(new URL('../../../..', import.meta.url))
const names = ['protocol', 'client', 'server', 'cli']
const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))

/** Packages of others that a program cannot have in itself: Node 20 has no SQLite, and this one finds its addon beside itself. */
const addon = ['@photostructure/sqlite', 'node-gyp-build', 'node-addon-api']

describe('the packages, in a folder where nothing else is', { timeout: 10 * 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-installed-'))
  const here = join(folder, 'here')
  const tarball = (name: string) => join(folder, `tertulia-${name}-${version}.tgz`)
  const env = { PATH: `${join(here, 'node_modules/.bin')}:${process.env.PATH}`, HOME: join(folder, 'home') }

  /** npm of this machine, with its cache; if something is not in there, it is fetched. */
  const npm = (cwd: string, ...words: string[]) => {
    const quiet = { npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_loglevel: 'error' }
    execFileSync('npm', words, { cwd, env: { ...process.env, ...quiet }, stdio: ['ignore', 'ignore', 'inherit'] })
  }

  /** At full length as people install them; else they are unpacked where npm would put them, with no library but the addon. */
  function install(): void {
    mkdirSync(join(here, 'node_modules/.bin'), { recursive: true })
    if (isLong) {
      npm(here, 'install', '--no-save', ...names.map(tarball))
      return
    }
    for (const name of names) {
      const place = join(here, 'node_modules/@tertulia', name)
      mkdirSync(place, { recursive: true })
      execFileSync('tar', ['-xzf', tarball(name), '--strip-components=1', '-C', place])
      const { bin = {} } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))
      for (const [command, file] of Object.entries<string>(bin))
        symlinkSync(join(place, file), join(here, 'node_modules/.bin', command))
    }
    mkdirSync(join(here, 'node_modules/@photostructure'))
    for (const name of addon) {
      const place = join(repository, 'node_modules', name)
      if (existsSync(place)) symlinkSync(place, join(here, 'node_modules', name))
    }
  }

  beforeAll(() => {
    npm(repository, 'pack', '--pack-destination', folder, ...names.flatMap((name) => ['-w', `packages/${name}`]))
    install()
    mkdirSync(env.HOME)
  }, 10 * 60_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('each holds its licence and what explains it, and nothing of those who work on it', () => {
    const licence = readFileSync(join(repository, 'LICENSE'), 'utf8')
    for (const name of names) {
      expect(execFileSync('tar', ['-xzOf', tarball(name), 'package/LICENSE'], { encoding: 'utf8' }), name).toBe(licence)
      const files = execFileSync('tar', ['-tzf', tarball(name)], { encoding: 'utf8' })
        .trim()
        .split('\n')
      expect(files, name).toEqual(expect.arrayContaining(['package/README.md', 'package/package.json']))
      expect(
        files.filter((file) => /\/(?:src|test|compiled)\/|tsbuildinfo|\.test\./.test(file)),
        name
      ).toEqual([])
    }
  })

  test('chat-server starts, hands out chat, and people talk', async () => {
    const url = `http://127.0.0.1:${await freePort()}`
    const flags = ['--port', new URL(url).port, '--db', join(folder, 'chat.db')]
    const server = new Running(spawn('chat-server', ['start', ...flags], { cwd: here, env, stdio: ['ignore', 'pipe', 'pipe'] }))
    onTestFinished(() => void server.end())
    await server.until('stdout', '"msg":"listening"')
    const chat = async (...words: string[]) => (await run('chat', words, { cwd: here, env })).stdout
    await chat('join', url, '--as', 'ana')
    expect(await chat('send', 'hola')).toBe('3\n')
    expect(await chat('history')).toMatch(/\t3\tgeneral\tana\tmessage\.created\thola\n$/)
    const file = await fetch(`${url}/chat.mjs`).then((reply) => reply.text())
    expect(file).toBe(readFileSync(join(here, 'node_modules/@tertulia/cli/program/chat.mjs'), 'utf8'))
    expect(await fetch(url, { headers: { accept: 'text/html' } }).then((reply) => reply.text())).toContain('<!doctype html>')
    expect(await server.end()).toBe(0)
  })

  test.runIf(isLong)('each can be imported, and chat brings no library along', async () => {
    const script = `for (const name of ['protocol', 'client', 'server']) {
      const found = await import('@tertulia/' + name)
      if (Object.keys(found).length === 0) throw new Error(name)
    }`
    await run(process.execPath, ['--input-type=module', '-e', script], { cwd: here, env })
    const prefix = join(folder, 'global')
    npm(folder, 'install', '--global', '--prefix', prefix, '--offline', tarball('cli'))
    const { stdout } = await run(join(prefix, 'bin/chat'), ['--version'], { env })
    expect(stdout).toBe(`chat ${version}\n`)
  })
})
