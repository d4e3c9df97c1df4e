import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Lan, noLan } from '../../../cli/test/processes/support/lan.ts'
import { digestOf, newToken } from '../../src/services/secrets.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import { length } from '../support/test-length.ts'
import { ServerProcess } from './support/server-process.ts'

/** Unread, a page of each would take more memory than is allowed by far. */
const connections = length({ short: 400, long: 700 })

const missing = noLan()
if (missing) console.log(`unread-answers: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`unread-answers cannot run: ${missing}`)

describe.skipIf(missing)('connections that ask and do not read', { timeout: 3 * 60_000 }, () => {
  const program = fileURLToPath(new URL('support/deaf-clients.mjs', import.meta.url))
  const tokens = { ana: newToken(), luis: newToken() }
  let folder: string
  let lan: Lan
  let host: string[]
  let server: ServerProcess
  let clients: ChildProcess | undefined
  let ids: number[]

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tertulia-unread-'))
    const store = await openSqliteStore({ file: join(folder, 'chat.db') })
    const users = Object.entries(tokens).map(
      ([name, token]) => ({ kind: 'register', name, userKind: 'person', tokenDigest: digestOf(token), atMs: 0 }) as const
    )
    const [ana] = await store.commit(users)
    const actor = ana && !ana.refused ? ana.user.id : 0
    // Of the longest that there are, and enough for a page of its own for each connection.
    const send = { kind: 'send', actor, room: 'general', text: '💬'.repeat(4_000), atMs: 0 } as const
    ids = []
    while (ids.length < connections) {
      const sent = await store.commit(Array.from({ length: 100 }, () => send))
      for (const answer of sent) if (!answer.refused) ids.push(answer.message.id)
    }
    await store.close()
    lan = new Lan()
    host = lan.host('server', '10.78.0.1')
    // Else the kernel would take four megabytes for each reader before the server notices that nobody reads.
    for (const buffer of ['tcp_rmem', 'tcp_wmem']) await run('sysctl', '-qw', `net.ipv4.${buffer}=4096 16384 65536`)
  })
  afterAll(() => {
    lan.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    // With the limits that a server has by default.
    server = await ServerProcess.start(join(folder, 'chat.db'), { under: host, args: ['--limits', 'streams=20'], collects: true })
    for (let n = 0; n < 20; n++) await page(tokens.luis)
    // The thread that searches begins with the first search at the latest, and takes memory of its own.
    while (!(await ask(tokens.luis, '/v1/search?q=hi')).includes('"complete":true'));
  })
  afterEach(async () => {
    clients?.kill('SIGKILL')
    await server.end('SIGKILL')
  })

  const run = async (...command: string[]) => {
    const [program = '', ...args] = [...host, ...command]
    return (await promisify(execFile)(program, args, { maxBuffer: 1e7 })).stdout
  }
  const ask = (token: string, path: string) => run('curl', '-sSf', '-H', `authorization: Bearer ${token}`, `${server.url}${path}`)
  const page = (token: string) => ask(token, '/v1/rooms/general/messages?limit=200')

  /** Let each of these be sent on a connection of its own, as fast as one user may ask. */
  async function send(requests: string[], perSecond: number): Promise<void> {
    const file = join(folder, 'requests')
    writeFileSync(file, JSON.stringify({ port: server.port, atOnce: 50, perSecond, requests }))
    const [command = '', ...args] = [...host, process.execPath, program, file]
    clients = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(createInterface({ input: clients.stdout as NodeJS.ReadableStream }), 'line')
    expect(line).toBe('all sent')
  }

  /** Memory of the server in MiB: what it holds, without garbage, and the most that it took since this was asked last. */
  async function memory() {
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
    const most = Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) / 1024
    const held = (await server.collect()) / 1024 / 1024
    writeFileSync(`/proc/${server.pid}/clear_refs`, '5')
    return { held, most }
  }

  const asks = (path: string, token?: string) =>
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${token === undefined ? '' : `Authorization: Bearer ${token}\r\n`}\r\n`

  interface Flood {
    count?: number
    perSecond: number
    request: (n: number) => string
  }
  const waited = asks('/v1/rooms/general/events', tokens.ana).replace('\r\n\r\n', '\r\nPrefer: wait=60\r\n\r\n')

  const stream = asks('/v1/rooms/general/events?after=0', tokens.ana).replace('\r\n\r\n', '\r\nAccept: text/event-stream\r\n\r\n')

  const floods: [string, Flood][] = [
    [
      'pages of history, each another',
      { perSecond: 45, request: (n) => asks(`/v1/rooms/general/messages?limit=200&before=${ids[n]}`, tokens.ana) }
    ],
    [
      'pages of events, of many lengths',
      { perSecond: 45, request: (n) => asks(`/v1/rooms/general/events?after=0&limit=${1 + (n % 500)}`, tokens.ana) }
    ],
    ['the contract, which anybody may read', { perSecond: 200, request: () => asks('/openapi.json') }],
    [
      'names, in bodies of one byte a chunk that do not end',
      { count: 100, perSecond: 200, request: () => chunked('/v1/users', '1\r\nx\r\n'.repeat(30_000)) }
    ],
    ['the contract, many times on each connection', { perSecond: 200, request: () => asks('/openapi.json').repeat(20) }],
    ['the contract, with much behind it', { perSecond: 200, request: () => asks('/openapi.json') + tiny.repeat(900) }],
    ['pages to be waited for, with much behind them', { perSecond: 45, request: () => waited + asks('/v1/rooms').repeat(900) }],
    ['streams from the beginning', { perSecond: 45, request: () => stream }],
    ['whole rooms', { perSecond: 45, request: () => asks('/v1/rooms/general/export', tokens.ana) }],
    ['heads that do not end', { perSecond: 2_000, request: () => `GET / HTTP/1.1\r\nX: ${'x'.repeat(15_000)}` }],
    ['attempts to sign in that do not end', { perSecond: 2_000, request: () => unfinished('/v1/sessions', 16_384) }]
  ]
  const everything: Flood = {
    perSecond: 45,
    request: (n) => (floods[n % floods.length] as [string, Flood])[1].request(n)
  }

  test.each(length({ short: floods.slice(0, 1), long: [...floods, ['all of that at once', everything] as [string, Flood]] }))(
    '%s: hold little memory, and others are served',
    async (name, { count = connections, perSecond, request }) => {
      const before = await memory()
      await send(
        Array.from({ length: count }, (_, n) => request(n)),
        perSecond
      )
      expect(JSON.parse(await page(tokens.luis)).messages).toHaveLength(16)
      console.log(
        (await run('curl', '-sS', `${server.url}/metrics`))
          .split('\n')
          .filter((l) => /^(nodejs_(heap|ext)|process_res|tertulia_(backlog|stalled)|tertulia_http)/.test(l))
          .join('\n')
      )
      const after = await memory()
      const [held, most] = [after.held - before.held, after.most - before.most]
      console.log(`${count} connections, ${name}: ${Math.round(held)} MiB held, ${Math.round(most)} MiB with garbage`)
      expect(held).toBeLessThan(64)
      expect(most).toBeLessThan(96)
    }
  )
})

/** As short as a request can be. */
const tiny = 'GET / HTTP/1.1\r\nHost:a\r\n\r\n'

const unfinished = (path: string, bytes: number) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes - 1)}`

const chunked = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${body}`
