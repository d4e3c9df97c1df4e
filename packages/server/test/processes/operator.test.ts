import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { partsOfPageLink } from '@tertulia/protocol'
import { describe, expect, onTestFinished, test } from 'vitest'
import { byShortPath, socketFile } from '../../src/operator/socket-place.ts'
import { ask, register } from './support/ask.ts'
import { ServerProcess } from './support/server-process.ts'

const program = fileURLToPath(new URL('../../bin/chat-server.js', import.meta.url))
const seconds = 120_000

/** A folder, perhaps so deep that the path of a socket in it does not fit into the address of one. */
function databaseFile(name = 'chat.db'): string {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-operator-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, name)
}

async function serve(file: string, args: string[] = []): Promise<ServerProcess> {
  const server = await ServerProcess.start(file, { args })
  onTestFinished(async () => void (await server.end('SIGKILL')))
  return server
}

/** Run another command of the program on this database: how it ends, and what it says. */
async function run(file: string, ...words: string[]) {
  return runIn({}, file, ...words)
}

/** The same with something else in the environment. */
async function runIn(environment: NodeJS.ProcessEnv, file: string, ...words: string[]) {
  const env = { ...process.env, ...environment }
  const child = spawn(process.execPath, [program, ...words, '--db', file], { stdio: ['ignore', 'pipe', 'pipe'], env })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = { out: '', err: '' }
  child.stdout.on('data', (bytes) => (said.out += bytes))
  child.stderr.on('data', (bytes) => (said.err += bytes))
  const [code] = await once(child, 'close')
  return { code, ...said }
}

/** Resolves when the server ends the stream, and rejects if there is none. */
function streamOf(url: string, token: string): Promise<{ ended: Promise<unknown> }> {
  const asked = request(`${url}/v1/rooms/general/events?after=now`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' }
  })
  return new Promise((resolve, reject) => {
    asked.on('error', reject)
    asked.on('response', (response) => {
      if (response.statusCode !== 200) reject(new Error(`${response.statusCode}`))
      resolve({ ended: once(response.resume(), 'end') })
    })
    asked.end()
  })
}

const places = {
  'beside the database': 'chat.db',
  'so deep that its path fits into no address': join('d'.repeat(120), 'chat.db'),
  'beside a database with a long name': `${'n'.repeat(200)}.db`
}

test.each(Object.entries(places))(
  'a running server hears orders by a socket %s, which is for its user alone',
  { timeout: seconds },
  async (_, name) => {
    const file = databaseFile(name)
    mkdirSync(join(file, '..'), { recursive: true })
    const server = await serve(file)
    expect(lstatSync(socketFile(file)).isSocket()).toBe(true)
    expect(statSync(socketFile(file)).mode & 0o777).toBe(0o600)
    await register(server.url, 'ana')
    expect(await run(file, 'user', 'admin', 'ANA')).toEqual({ code: 0, out: '', err: 'ana is an admin now.\n' })
    expect((await run(file, 'user', 'list')).out).toMatch(/^ana\tperson\tadmin\t\d{4}-\d\d-\d\d\n$/)
    expect(await server.end()).toBe(0)
    expect(existsSync(socketFile(file))).toBe(false)
  }
)

test('an invite is a link, and an admin comes about by one', { timeout: seconds }, async () => {
  const file = databaseFile()
  const server = await serve(file, ['--registration', 'invite', '--public-url', 'https://chat.example.org'])
  const { code: exit, out, err } = await run(file, 'invite', '--admin', '--uses', '1', '--expires', '2h')
  expect([exit, err]).toEqual([0, expect.stringContaining('lets 1 person in as an admin, until 2')])
  const { server: where, invite: code } = partsOfPageLink(out) ?? expect.unreachable(out)
  expect(where).toBe('https://chat.example.org')
  expect((await ask('POST', `${server.url}/v1/users`, { json: { name: 'ana' } })).body.code).toBe('invite-required')
  const { status, body } = await ask('POST', `${server.url}/v1/users`, { json: { name: 'ana', invite: code } })
  expect([status, body.user.admin]).toEqual([201, true])
  const { token } = body
  const made = await ask('POST', `${server.url}/v1/invites`, { token, json: {} })
  expect(made.status).toBe(201)
  await ask('POST', `${server.url}/v1/rooms`, { token, json: { name: 'ops', visibility: 'private' } })
  const toOps = partsOfPageLink((await run(file, 'invite', '--room', 'Ops')).out)
  const luis = await ask('POST', `${server.url}/v1/users`, { json: { name: 'luis', invite: toOps?.invite } })
  expect((await ask('GET', `${server.url}/v1/rooms/ops`, { token: luis.body.token })).status).toBe(200)
  expect(await run(file, 'invite', '--room', 'nowhere')).toMatchObject({
    code: 1,
    out: '',
    err: 'chat-server: There is no room “nowhere”.\n'
  })
})

test('who lost their device is signed out everywhere, and signs in with a code, once', { timeout: seconds }, async () => {
  const file = databaseFile()
  const server = await serve(file)
  const { body } = await ask('POST', `${server.url}/v1/users`, { json: { name: 'luis', password: 'correct horse battery' } })
  const stream = await streamOf(server.url, body.token)
  const { code: exit, out, err } = await run(file, 'user', 'reset', 'luis')
  expect([exit, err]).toEqual([0, expect.stringContaining(`chat login ${server.url} --code ${out.trim()}`)])
  await stream.ended
  expect((await ask('GET', `${server.url}/v1/users/me`, { token: body.token })).status).toBe(401)
  const signIn = (json: object) => ask('POST', `${server.url}/v1/sessions`, { json })
  expect((await signIn({ name: 'luis', password: 'correct horse battery' })).status).toBe(401)
  const { status, body: back } = await signIn({ code: out.trim() })
  expect([status, back.user.name]).toEqual([201, 'luis'])
  expect((await signIn({ code: out.trim() })).body.code).toBe('link-spent')
  const password = { token: back.token, json: { password: 'a much better one' } }
  expect((await ask('PUT', `${server.url}/v1/users/me/password`, password)).status).toBe(204)
})

test('who is disabled is signed out with all bots, their streams end, and nothing signs them in', {
  timeout: seconds
}, async () => {
  const file = databaseFile()
  const server = await serve(file)
  const luis = await ask('POST', `${server.url}/v1/users`, { json: { name: 'luis', password: 'correct horse battery' } })
  const { token } = luis.body
  const bot = (await ask('POST', `${server.url}/v1/bots`, { token, json: { name: 'ci' } })).body.token
  const named = (await ask('POST', `${server.url}/v1/tokens`, { token, json: { name: 'nightly' } })).body.token
  const { code } = (await ask('POST', `${server.url}/v1/links`, { token, json: {} })).body
  const streams = await Promise.all([token, bot, named].map((one) => streamOf(server.url, one)))
  expect((await run(file, 'user', 'disable', 'luis')).err).toBe('luis is disabled, and signed out everywhere.\n')
  await Promise.all(streams.map(({ ended }) => ended))
  for (const one of [token, bot, named]) {
    expect((await ask('GET', `${server.url}/v1/users/me`, { token: one })).status).toBe(401)
  }
  const signIn = (json: object) => ask('POST', `${server.url}/v1/sessions`, { json })
  const byPassword = () => signIn({ name: 'luis', password: 'correct horse battery' })
  expect([(await byPassword()).status, (await signIn({ code })).status]).toEqual([401, 401])
  expect((await run(file, 'user', 'list')).out).toContain('luis\tperson\tdisabled\t')
  expect((await run(file, 'user', 'reset', 'luis')).code).toBe(1)
  expect((await run(file, 'user', 'disable', 'luis', '--undo')).code).toBe(0)
  expect((await byPassword()).status).toBe(201)
})

test('who is enabled again is told of what signs them in, where nothing does', { timeout: seconds }, async () => {
  const file = databaseFile()
  const server = await serve(file)
  const zoe = await register(server.url, 'zoe')
  await ask('POST', `${server.url}/v1/bots`, { token: zoe, json: { name: 'deploys' } })
  await ask('POST', `${server.url}/v1/users`, { json: { name: 'luis', password: 'correct horse battery' } })
  const enabled = async (name: string) => {
    await run(file, 'user', 'disable', name)
    return run(file, 'user', 'disable', name, '--undo')
  }
  expect(await enabled('luis')).toEqual({ code: 0, out: '', err: 'luis is enabled again.\n' })
  expect((await enabled('deploys')).err).toBe(
    'deploys is enabled again.\ndeploys is a bot, and its tokens have ended: whoever owns it makes a new one.\n'
  )
  const { err } = await enabled('zoe')
  expect(err).toMatch(/^zoe is enabled again\.\nzoe has no password\. For a code that signs zoe in:\n/)
  expect(err).toContain(`chat-server user reset zoe --db ${file}\n`)
  const code = (await run(file, 'user', 'reset', 'zoe')).out.trim()
  expect((await ask('POST', `${server.url}/v1/sessions`, { json: { code } })).status).toBe(201)
})

test('where none runs the file is asked, also behind the socket of a server that was killed', { timeout: seconds }, async () => {
  const file = databaseFile()
  expect(await run(file, 'user', 'list')).toMatchObject({
    code: 78,
    out: '',
    err: expect.stringContaining('There is no database')
  })
  expect(existsSync(file)).toBe(false)
  const first = await serve(file)
  await register(first.url, 'ana')
  await first.end('SIGKILL')
  expect(lstatSync(socketFile(file)).isSocket()).toBe(true)
  expect(await run(file, 'user', 'admin', 'ana')).toEqual({ code: 0, out: '', err: 'ana is an admin now.\n' })
  const { out } = await run(file, 'invite')
  expect(out).toMatch(/^[0-9A-Z]{26}\n$/)
  const second = await serve(file)
  expect((await run(file, 'user', 'list')).out).toContain('ana\tperson\tadmin')
  const lookup = await ask('POST', `${second.url}/v1/invites/lookup`, { json: { code: out.trim() } })
  expect(lookup.body).toMatchObject({ room: null, invitedBy: null })
})

test('the socket speaks no HTTP, and outlives whatever is sent to it', { timeout: seconds }, async () => {
  const file = databaseFile()
  const server = await serve(file)
  await register(server.url, 'ana')
  for (const bytes of [
    'GET /v1/rooms HTTP/1.1\r\nHost: localhost\r\n\r\n',
    '{"do":"nothing"}\n',
    '[]\n',
    'x'.repeat(1024 * 1024)
  ]) {
    const answer = await byShortPath(socketFile(file), async (path) => {
      const socket = connect(path)
      let text = ''
      socket.on('data', (part) => (text += part)).on('error', () => {})
      socket.write(bytes)
      await new Promise((resolve) => socket.on('close', resolve)) // perhaps by a reset
      return text
    })
    expect(answer, bytes.slice(0, 20)).not.toMatch(/HTTP|ana|"did"/)
  }
  expect((await run(file, 'user', 'list')).out).toContain('ana\t')
})

test('without a place for a short way to a socket that lies deep, one is told to name such a place', {
  timeout: seconds
}, async () => {
  const file = databaseFile(places['so deep that its path fits into no address'])
  mkdirSync(join(file, '..'), { recursive: true })
  await serve(file)
  const { code, out, err } = await runIn({ TMPDIR: '/nowhere' }, file, 'user', 'list')
  expect([code, out]).toEqual([78, ''])
  expect(err).toMatch(/^chat-server: .* is too long for the address of a socket, .* \/nowhere \(ENOENT\)\. Set TMPDIR [^\n]*\n$/)
})

describe('a mistake is told', () => {
  test.each([
    [['user'], 'After user comes one of: list, reset, disable, admin'],
    [['user', 'remove', 'ana'], 'After user comes one of'],
    [['user', 'reset'], 'The name is missing'],
    [['user', 'list', 'ana'], 'Unexpected argument'],
    [['user', 'reset', 'ana', '--undo'], '--undo is not for user reset'],
    [['invite', 'ops'], 'A room is named with --room'],
    [['invite', '--uses', '0'], '--uses must be a number from 1 to 1000'],
    [['invite', '--expires', '2y'], '--expires must be a time such as 12h or 7d'],
    [['invite', '--expires', '366d'], 'a year (365d) at most'],
    [['invite', '--port', '1543'], '--port is not for invite']
  ])('in %o, with exit 2', async (words, why) => {
    expect(await run('unused.db', ...words)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(why) })
  })

  test('in the name of a bot, with exit 1', { timeout: seconds }, async () => {
    const file = databaseFile()
    const server = await serve(file)
    const token = await register(server.url, 'ana')
    await ask('POST', `${server.url}/v1/bots`, { token, json: { name: 'ci' } })
    for (const [order, why] of [
      ['reset', 'ci is a bot: whoever owns it makes its tokens.'],
      ['admin', 'ci is a bot, and a bot cannot be an admin.']
    ] as const) {
      expect(await run(file, 'user', order, 'ci')).toEqual({ code: 1, out: '', err: `chat-server: ${why}\n` })
    }
    expect(await run(file, 'user', 'disable', 'nobody')).toEqual({
      code: 1,
      out: '',
      err: 'chat-server: There is no user “nobody”.\n'
    })
  })
})
