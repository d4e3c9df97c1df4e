import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const program = fileURLToPath(new URL('../bin/chat-server.js', import.meta.url))

const folder = () => {
  const path = mkdtempSync(join(tmpdir(), 'tertulia-main-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const launch = (...argv: string[]): ChildProcess => {
  const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** All that a run says, and how it ends. */
async function run(...argv: string[]) {
  const child = launch(...argv)
  const said = { out: '', err: '' }
  child.stdout?.on('data', (bytes) => (said.out += bytes))
  child.stderr?.on('data', (bytes) => (said.err += bytes))
  const [code] = await once(child, 'close')
  return { code, ...said }
}

/** A server that listens on a free port, and its lines. */
async function start(db: string) {
  const child = launch('start', '--port', '0', '--db', db)
  const exit = once(child, 'exit')
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  const first = JSON.parse((await lines.next()).value)
  return { child, exit, lines, first }
}

test('the help and the version are for stdout', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('chat-server start [FLAGS]') })
  expect(await run('--version')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
})

test('a line to type ends what is said, without a full stop', async () => {
  expect(await run()).toEqual({
    code: 2,
    out: '',
    err: 'chat-server: The command is missing, for example: chat-server start\n'
  })
  expect((await run('user', 'reset')).err).toMatch(/, for example: chat-server user reset ana\n$/)
})

test('a bad flag is exit 2 with one line', async () => {
  expect(await run('start', '--prot', '1')).toEqual({
    code: 2,
    out: '',
    err: "chat-server: Unknown option '--prot'. To see what there is: chat-server --help\n"
  })
})

/** What goes wrong inside, as code that runs before the program. */
const planted = "throw new Error('planted')"
const plants = {
  'before there is a server': `http.createServer = () => { ${planted} }`,
  'when its parts are put together': `const { hostname } = os; os.hostname = () => { if (new Error().stack.includes('/program/serving-')) ${planted}; return hostname() }`,
  'when it listens': `Object.defineProperty(net.Server.prototype, 'maxConnections', { set: () => { ${planted} } })`
}

/** Start a server that such a fault ends, and give what it says of it. */
async function fail(plant: string, db: string): Promise<string> {
  const code = `import fs from 'node:fs'; import http from 'node:http'; import net from 'node:net'; import os from 'node:os'; ${plant};
    import { syncBuiltinESMExports } from 'node:module'; syncBuiltinESMExports()`
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(code)}`, program, 'start', '--port', '0', '--db', db],
    { stdio: ['ignore', 'ignore', 'pipe'] }
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stderr.on('data', (bytes) => (said += bytes))
  expect(await once(child, 'close')).toEqual([1, null])
  return said
}

test.each(Object.entries(plants))('a fault %s ends it with exit 1, and leaves the database whole', async (_, plant) => {
  const db = join(folder(), 'chat.db')
  expect(await fail(plant, db)).toMatch(/^chat-server: Error: planted\n/)
  expect(existsSync(db)).toBe(true)
  const { child: next, exit } = await start(db)
  next.kill('SIGTERM')
  expect(await exit).toEqual([0, null])
})

test('a fault of its own when it opens the database is exit 1 with all that is known of it, and leaves nothing', async () => {
  const path = folder()
  const said = await fail(`fs.lstatSync = () => { ${planted} }`, join(path, 'deep', 'chat.db'))
  expect(said).toMatch(/^chat-server: Error: planted\n {4}at /)
  expect(readdirSync(path)).toEqual([])
})

test('a port in use is exit 78, with another one to try, and leaves no database behind', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as { port: number }
  const path = folder()
  const refused = { code: 78, out: '', err: `chat-server: Port ${port} is already in use. Try --port ${port + 1}.\n` }
  const db = join(path, 'chat.db')
  expect(await run('start', '--port', `${port}`, '--db', db)).toEqual(refused)
  expect(readdirSync(path)).toEqual([])
  writeFileSync(db, '') // one that is there already
  expect(await run('start', '--port', `${port}`, '--db', db)).toEqual(refused)
})

test('after the last port there is none to try', async () => {
  const taken = createServer().listen(65_535, '127.0.0.1')
  await once(taken, 'listening').catch(() => {}) // taken by somebody else: as good
  onTestFinished(() => void taken.close())
  const { err } = await run('start', '--port', '65535', '--db', join(folder(), 'chat.db'))
  expect(err).toBe('chat-server: Port 65535 is already in use. Try --port 65534.\n')
})

test.each([
  ['--host', '0.0.0.0'],
  ['--public-url', 'https://chat.example.org']
])('the wire of the lab with %s %s is exit 78 before anything is opened, unless it is said to be public', async (flag, value) => {
  const db = join(folder(), 'chat.db')
  const { code, out, err } = await run('start', '--lab2', flag, value, '--port', '0', '--db', db)
  expect([code, out]).toEqual([78, ''])
  expect(err).toMatch(/^chat-server: Over the wire of the lab, anybody .* use --lab2=public\.\n$/)
  expect(existsSync(db)).toBe(false)
})

test('the wire of the lab, over which anybody registers, is not for a server on which one has to be invited', async () => {
  const db = join(folder(), 'chat.db')
  const { code, err } = await run('start', '--lab2', '--registration', 'invite', '--port', '0', '--db', db)
  expect([code, existsSync(db)]).toEqual([78, false])
  expect(err).toBe('chat-server: Over the wire of the lab, anybody registers: --lab2 goes with --registration open alone.\n')
})

test('a file that is no database is exit 78 with one line, and stays as it was', async () => {
  const file = join(folder(), 'chat.db')
  writeFileSync(file, 'these are my notes, and not a database\n'.repeat(100))
  const { code, out, err } = await run('start', '--port', '0', '--db', file)
  expect([code, out]).toEqual([78, ''])
  expect(err).toMatch(/^chat-server: .*\n$/)
})

test('a second server on the same database is exit 78 with one line', async () => {
  const db = join(folder(), 'chat.db')
  await start(db)
  const { code, err } = await run('start', '--port', '0', '--db', db)
  expect(code).toBe(78)
  expect(err).toMatch(/^chat-server: Another chat-server is running with .*\n$/)
})

test.each(['SIGTERM', 'SIGINT'] as const)('the log begins with the address, tells who came, and %s ends it', async (signal) => {
  const db = join(folder(), 'chat.db')
  const { child, exit, lines, first } = await start(db)
  expect(first).toMatchObject({ level: 30, msg: 'listening', db, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) })
  const body = JSON.stringify({ name: 'ana' })
  const { token } = (await (
    await fetch(`${first.url}/v1/users`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  ).json()) as { token: string }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' }
  await fetch(`${first.url}/v1/rooms/general/messages`, { method: 'POST', body: 'a secret', headers })
  child.kill(signal)
  const said: string[] = []
  for (;;) {
    const { done, value } = await lines.next()
    if (done) break
    expect(value).not.toContain('secret')
    said.push(JSON.parse(value).msg)
  }
  expect(said).toEqual(['ana registered', 'ana joined general', 'stopped'])
  expect(await exit).toEqual([0, null])
})
