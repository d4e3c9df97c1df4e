import { type ChildProcess, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { connect as connectSecurely, type TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Certificate, Certificates, noCertificates } from '../../../client/test/support/certificates.ts'
import { ServerProcess } from './support/server-process.ts'

const missing = noCertificates()
if (missing) console.log(`tls: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`tls cannot run: ${missing}`)

const program = fileURLToPath(new URL('../../bin/chat-server.js', import.meta.url))

describe.skipIf(missing)('a server with a certificate', () => {
  let certificates: Certificates
  let folder: string
  let first: Certificate
  const path = (name: string) => join(folder, name)
  const flags = () => ['--tls-cert', path('cert.pem'), '--tls-key', path('key.pem')]

  beforeAll(() => {
    certificates = new Certificates()
    first = certificates.make()
  })
  afterAll(() => certificates.remove())
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tertulia-tls-'))
    install(first)
    const mine = folder
    onTestFinished(() => rmSync(mine, { recursive: true, force: true }))
  })

  function install({ cert, key }: Certificate): void {
    writeFileSync(path('cert.pem'), cert)
    writeFileSync(path('key.pem'), key, { mode: 0o600 })
  }

  /** The lines of its log, one by one, and everything that it says. */
  async function start(...args: string[]) {
    const child = spawn(process.execPath, [program, 'start', '--port', '0', '--db', path('chat.db'), ...flags(), ...args], {
      stdio: ['ignore', 'pipe', 'pipe']
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async () => JSON.parse((await lines.next()).value) as { level: number; msg: string; url: string }
    let line = await next()
    const warnings: string[] = []
    for (; line.msg !== 'listening'; line = await next()) warnings.push(line.msg)
    return { child, next, warnings, url: line.url, port: Number(new URL(line.url).port) }
  }

  async function ask(url: string, { ca = first.cert, token = '', method = 'GET', body = '', accept = '*/*' } = {}) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept }
    const sent = request(url, { ca, method, headers, agent: false })
    sent.end(body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.setEncoding('utf8')
    return response
  }

  async function textOf(response: IncomingMessage): Promise<string> {
    let text = ''
    for await (const part of response) text += part
    return text
  }

  async function register(url: string): Promise<string> {
    return JSON.parse(await textOf(await ask(`${url}/v1/users`, { method: 'POST', body: '{"name":"ana"}' }))).token
  }

  /** In order, or by a reset. */
  const closed = (socket: Socket) => {
    socket.on('error', () => {})
    return new Promise<void>((resolve) => socket.once('close', () => resolve()))
  }

  const end = async (child: ChildProcess) => {
    child.kill('SIGTERM')
    return (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  }

  test('speaks HTTPS, by an address that the certificate is for', async () => {
    const { url, warnings } = await start()
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(warnings).toEqual([expect.stringMatching(/^The certificate in .* ends soon\./)])
    const response = await ask(`${url}/`)
    expect(response.statusCode).toBe(200)
    expect(await textOf(response)).toContain(`curl ${url}/v1/users`)
    const endsAtMs = Date.parse(new X509Certificate(first.cert).validTo)
    expect(await textOf(await ask(`${url}/metrics`))).toContain(
      `\ntertulia_certificate_expiry_timestamp_seconds ${endsAtMs / 1000}\n`
    )
  })

  test('tells who speaks plain HTTP to it, and goes on', async () => {
    const { url, port } = await start()
    const response = await fetch(`http://127.0.0.1:${port}/v1/rooms`)
    expect(response.status).toBe(400)
    expect(response.headers.get('connection')).toBe('close')
    expect(await response.json()).toMatchObject({ code: 'https-only', type: '/problems/https-only' })
    const noise = connect(port, '127.0.0.1')
    noise.write('nonsense\r\n\r\n')
    await closed(noise)
    expect((await ask(`${url}/problems/https-only`)).statusCode).toBe(200)
  })

  test('takes a new certificate on SIGHUP, and streams go on; one that cannot be used changes nothing', async () => {
    const { child, url, port, next } = await start()
    const stream = await ask(`${url}/v1/rooms/general/events`, { token: await register(url), accept: 'text/event-stream' })
    await next() // ana registered
    await next() // ana connected
    const served = async () => {
      const socket: TLSSocket = connectSecurely({ host: '127.0.0.1', port, rejectUnauthorized: false })
      await once(socket, 'secureConnect')
      const { subject } = socket.getPeerCertificate()
      socket.destroy()
      return subject.CN
    }
    const before = await served()

    install(certificates.make())
    child.kill('SIGHUP')
    expect(await next()).toMatchObject({ level: 30, msg: 'certificate read again' })
    await next() // it ends soon
    const after = await served()
    expect(after).not.toBe(before)

    writeFileSync(path('key.pem'), first.key)
    child.kill('SIGHUP')
    const refused = await next()
    expect(refused).toMatchObject({ level: 50 })
    expect(refused.msg).toMatch(
      /^The certificate was not renewed, and the previous one stays in force: --tls-key .* does not belong/
    )
    expect(await served()).toBe(after)

    const told = textOf(stream)
    expect(await end(child)).toEqual([0, null])
    expect(await told).toMatch(/event: synced[\s\S]*event: goodbye/)
  })

  test('is not held up by a handshake that does not go on', async () => {
    const { child, port } = await start()
    const silent: Socket = connect(port, '127.0.0.1')
    const gone = closed(silent)
    await once(silent, 'connect')
    silent.write(Buffer.from([22, 3, 1]))
    expect(await end(child)).toEqual([0, null])
    await gone
  })

  test('warns of a key that everybody on the machine can read, and says nothing of what is in it', async () => {
    chmodSync(path('key.pem'), 0o644)
    const { warnings } = await start('--log-level', 'debug')
    expect(warnings.join('\n')).toContain(`can read ${path('key.pem')}. Close it: chmod o-r ${path('key.pem')}`)
    const secret = first.key.toString().split('\n')[3] as string
    expect(warnings.join('\n')).not.toContain(secret)
  })

  test('does not start with what cannot be used, and leaves no database behind', async () => {
    writeFileSync(path('cert.pem'), certificates.make().cert)
    const { code, said } = await ServerProcess.refused(path('chat.db'), { args: flags() })
    expect(code).toBe(78)
    expect(said).toBe(
      `chat-server: --tls-key ${path('key.pem')} does not belong to the first certificate in ${path('cert.pem')}.\n`
    )
  })
})
