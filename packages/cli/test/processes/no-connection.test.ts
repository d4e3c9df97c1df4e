import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChatClient } from '@tertulia/client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Certificates, noCertificates } from '../../../client/test/support/certificates.ts'
import { freePort } from '../../../server/test/processes/support/free-port.ts'
import { Home, startServer } from '../support/chat.ts'
import { Lan, noFirewall, noLan } from './support/lan.ts'

const noNetworks = noLan()
if (noNetworks) console.log(`no-connection: without networks, ${noNetworks}`)
const noRules = noNetworks ?? noFirewall()
if (noRules) console.log(`no-connection: without a firewall, ${noRules}`)
if (noRules?.endsWith('missing') && process.env.CI) throw new Error(`no-connection cannot run: ${noRules}`)
const noTls = noCertificates()
if (noTls) console.log(`no-connection: without certificates, ${noTls}`)
if ((noNetworks || noTls) && process.env.CI) throw new Error(`no-connection cannot run: ${noNetworks ?? noTls}`)

const home = new Home({ CHAT_TOKEN: 'secret' })
afterAll(() => home.remove())

/** Something that is no chat, at an address of this computer. */
async function service(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    answer(socket)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** `chat` on a server; every failure of this file is one that nothing was sent before. */
async function failure(server: string, { env = {}, host = [] as string[] } = {}) {
  const { code, stdout, stderr } = await home.chatAlone(['send', 'hi'], { env: { CHAT_SERVER: server, ...env }, host })
  expect(stderr).not.toContain('may or may not')
  expect({ code, stdout }).toEqual({ code: 7, stdout: '' })
  return stderr
}

test('a port that nobody listens at is named in the line that starts a server there', async () => {
  const port = await freePort()
  expect(await failure(`http://127.0.0.1:${port}`)).toBe(
    `chat: No server answers at http://127.0.0.1:${port} (connection refused). Is it running? Start one with: chat-server start --port ${port}\n`
  )
})

test('an address that stands for all of a server is not one to go to', async () => {
  expect(await failure('http://0.0.0.0:9')).toContain('(connection refused). 0.0.0.0 stands for every address of a server;')
})

test.each<[string, (socket: Socket) => void]>([
  ['SSH', (socket) => socket.write('SSH-2.0-OpenSSH_9.2p1\r\n')],
  ['a mail server', (socket) => socket.write('220 mail.example.org ESMTP\r\n')],
  ['a database', (socket) => socket.write(Buffer.from('4a0000000a382e302e33', 'hex'))],
  ['Redis', (socket) => socket.once('data', () => socket.write("-ERR unknown command 'POST'\r\n"))],
  ['an echo', (socket) => socket.pipe(socket)]
])('a port where %s answers', async (_what, answer) => {
  const host = await service(answer)
  expect(await failure(`http://${host}`)).toBe(`chat: ${host} does not speak HTTP. Check the address and the port.\n`)
})

test('a port where TLS is asked for and nobody answers, or hangs up', async () => {
  const silent = await service(() => {})
  expect(await failure(`https://${silent}`)).toBe(
    `chat: No secure connection to ${silent} (no answer in 5 s). Check the address and the port.\n`
  )
  const rude = await service((socket) => socket.once('data', () => socket.end()))
  expect(await failure(`https://${rude}`)).toBe(
    `chat: No secure connection to ${rude} (the connection was cut). Check the address and the port.\n`
  )
})

test.each<[string, (socket: Socket) => void]>([
  ['hangs up', (socket) => socket.end()],
  ['hangs up once it was asked', (socket) => socket.once('data', () => socket.end())],
  ['cuts the connection', (socket) => socket.once('data', () => socket.resetAndDestroy())]
])('whoever is new at a port that %s has taken no name', async (_what, answer) => {
  const host = await service(answer)
  const { code, stderr } = await home.chatAlone(['join', '--as', 'ana'], {
    env: { CHAT_SERVER: `http://${host}`, CHAT_TOKEN: '' }
  })
  expect({ code, stderr }).toEqual({
    code: 7,
    stderr: `chat: The connection to ${host} was cut before the answer came. Try again.\n`
  })
})

test('a name that nobody has', async () => {
  expect(await failure('http://nobody.invalid:1543')).toMatch(/^chat: (?:There is no computer named|The name) nobody\.invalid/)
})

describe.skipIf(noNetworks)('on a network', () => {
  let lan: Lan
  let ana: string[]
  beforeAll(() => {
    lan = new Lan()
    ana = lan.host('ana', '10.77.1.2')
  })
  afterAll(() => lan.remove())

  test.each([
    [
      'that has no way there',
      'http://192.0.2.9:1543',
      '192.0.2.9:1543 cannot be reached (network unreachable). Check the address and your network.'
    ],
    [
      'where nobody has the address',
      'http://10.77.1.9:1543',
      '10.77.1.9:1543 cannot be reached (no route to host). Check the address and your network. A firewall there may also refuse the port.'
    ]
  ])('%s', async (_title, server, words) => {
    expect(await failure(server, { host: ana })).toBe(`chat: ${words}\n`)
  })

  /** What a firewall does with what goes to a port, where there is one. */
  const firewall = (host: string[], hook: 'input' | 'output', port: number, verdict: string) =>
    execFileSync(host[0] as string, [
      ...host.slice(1),
      'nft',
      `add table inet t; add chain inet t ${hook} { type filter hook ${hook} priority 0; }; add rule inet t ${hook} tcp dport ${port} ${verdict}`
    ])

  test.skipIf(noRules)('a server that is not running is told from a port that a firewall closes, whatever way', async () => {
    const server = lan.host('server', '10.77.1.1')
    firewall(server, 'input', 1544, 'drop')
    firewall(server, 'input', 1545, 'reject with icmpx type admin-prohibited')
    firewall(ana, 'output', 1546, 'drop')
    expect(await failure('http://10.77.1.1:1543', { host: ana })).toBe(
      'chat: No server answers at http://10.77.1.1:1543 (connection refused). Is it running there, with --host 0.0.0.0?\n'
    )
    expect(await failure('http://10.77.1.1:1544', { host: ana })).toBe(
      'chat: No answer from 10.77.1.1:1544 in 5 s. A firewall or security group may close the port.\n'
    )
    expect(await failure('https://10.77.1.1:1544', { host: ana })).toBe(
      'chat: No answer from 10.77.1.1:1544 in 5 s. A firewall or security group may close the port.\n'
    )
    expect(await failure('http://10.77.1.1:1545', { host: ana })).toBe(
      'chat: 10.77.1.1:1545 cannot be reached (no route to host). Check the address and your network. A firewall there may also refuse the port.\n'
    )
    expect(await failure('http://10.77.1.1:1546', { host: ana })).toMatch(
      /^chat: (?:10\.77\.1\.1:1546 cannot be reached \(not permitted\)\. A firewall of this computer may forbid it|No answer from 10\.77\.1\.1:1546 in 5 s)/
    )
  })

  test('where names cannot be looked up', async () => {
    expect(await failure('http://chat.example.org:1543', { host: ana })).toMatch(
      /^chat: The name chat\.example\.org could not be looked up/
    )
  })
})

describe.skipIf(noTls)('over TLS', () => {
  let certificates: Certificates
  let server: Awaited<ReturnType<typeof startServer>>
  let token: string

  beforeAll(async () => {
    certificates = new Certificates()
    server = await startServer()
    token = (await new ChatClient({ server: server.url }).users.register({ name: 'ana' })).token
  })
  afterAll(async () => {
    certificates.remove()
    await server.server.end()
    server.remove()
  })

  /** A server with this certificate, in front of the chat. */
  async function secure(wanted: Parameters<Certificates['make']>[0] = {}) {
    const certificate = certificates.make(wanted)
    const proxy = createSecureServer(certificate, async ({ url, method, headers }, response) => {
      const { authorization = '' } = headers
      const answer = await fetch(server.url + url, { method: method ?? 'GET', headers: { authorization } })
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(await answer.text())
    })
    await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready))
    onTestFinished(() => {
      proxy.closeAllConnections()
      proxy.close()
    })
    const { port } = proxy.address() as AddressInfo
    return { url: `https://localhost:${port}`, host: `localhost:${port}`, file: certificate.file }
  }

  test('a self-signed certificate is refused, and trusted as the advice says', async () => {
    const { url, host, file } = await secure()
    expect(await failure(url)).toBe(
      `chat: The certificate of ${host} is self-signed. If you trust it, set NODE_EXTRA_CA_CERTS to a file with that certificate.\n`
    )
    const env = { CHAT_SERVER: url, CHAT_TOKEN: token, NODE_EXTRA_CA_CERTS: file }
    expect(await home.chatAlone(['whoami'], { env })).toMatchObject({ code: 0, stdout: 'ana\n' })
  })

  test('an authority that is not known is refused, and trusted as the advice says', async () => {
    const { url, host } = await secure({ issued: true })
    expect(await failure(url)).toBe(
      `chat: The certificate of ${host} was issued by an authority that this computer does not know. If you trust that authority, set NODE_EXTRA_CA_CERTS to a file with its certificate.\n`
    )
    const env = { CHAT_SERVER: url, CHAT_TOKEN: token, NODE_EXTRA_CA_CERTS: certificates.authority }
    expect(await home.chatAlone(['whoami'], { env })).toMatchObject({ code: 0, stdout: 'ana\n' })
  })

  test('a certificate for others names them', async () => {
    const { url, host } = await secure({ issued: true, names: 'DNS:chat.example.org,DNS:example.org' })
    expect(await failure(url, { env: { NODE_EXTRA_CA_CERTS: certificates.authority } })).toBe(
      `chat: The certificate of ${host} is for another name (chat.example.org, example.org). Use an address that the certificate is for.\n`
    )
  })

  test('an expired certificate', async () => {
    const { url, host } = await secure({ from: '20200101000000Z', to: '20210101000000Z' })
    expect(await failure(url)).toBe(`chat: The certificate of ${host} has expired. Whoever runs the server must renew it.\n`)
  })

  test('a server that speaks TLS itself', async () => {
    const { cert, key, file } = certificates.make()
    const folder = mkdtempSync(join(tmpdir(), 'chat-tls-'))
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    writeFileSync(certFile, cert)
    writeFileSync(keyFile, key, { mode: 0o600 })
    const own = await startServer('--tls-cert', certFile, '--tls-key', keyFile)
    onTestFinished(async () => {
      await own.server.end()
      own.remove()
      rmSync(folder, { recursive: true })
    })
    const { host } = new URL(own.url)
    expect(await failure(own.url)).toContain(`The certificate of ${host} is self-signed.`)
    expect(await failure(`http://${host}`)).toBe(`chat: ${host} speaks TLS only. Try ${own.url}\n`)
    const marta = new Home({ CHAT_SERVER: own.url, NODE_EXTRA_CA_CERTS: file })
    onTestFinished(() => marta.remove())
    expect((await marta.chatAlone(['join', '--as', 'marta'])).code).toBe(0)
    expect(await marta.chatAlone(['send', 'hi'])).toMatchObject({ code: 0, stdout: '3\n' })
    expect((await marta.chatAlone(['watch', '--after', '0', '--once'])).stdout).toContain('hi')
  })

  test('http spoken to TLS, and TLS to http', async () => {
    const { url, host } = await secure()
    expect(await failure(url.replace('https', 'http'))).toBe(`chat: ${host} speaks TLS only. Try ${url}\n`)
    const plain = new URL(server.url).host
    expect(await failure(`https://${plain}`)).toBe(`chat: ${plain} does not speak TLS. Try http://${plain}\n`)
  })
})
