import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { afterAll, describe, expect, test } from 'vitest'
import { ChatClient, UnexpectedAnswer } from '../src/index.ts'
import { nodeHttp } from '../src/transports/node-http.ts'
import { type Certificate, Certificates, noCertificates } from './support/certificates.ts'
import { message } from './support/examples.ts'
import { noPause } from './support/no-pause.ts'
import { http, portOf, saying, scripted } from './support/scripted.ts'
import { answer, problem, serve } from './support/serve.ts'

const missing = noCertificates()
if (missing) console.log(`Not tried, because ${missing}: certificates`)

describe.each([
  ['fetch', undefined],
  ['node:http', nodeHttp()]
])('over %s', (_name, transport) => {
  /** How a change fails that is sent there; it is tried once, and nothing of it may have been sent. */
  async function failureAt(server: string): Promise<unknown> {
    const pace = noPause()
    const client = new ChatClient({ server, token: 'secret', pace, transport })
    const error = await client.messages.edit('general', 42, { text: 'hi' }).then(
      () => undefined,
      (thrown) => thrown
    )
    expect(pace.pauses).toEqual([])
    return error
  }
  const nothingSent = (facts: object) => expect.objectContaining({ name: 'ConnectionError', mayHaveArrived: false, ...facts })

  test.skipIf(process.platform !== 'linux')('an address that no network leads to is unreachable', async () => {
    expect(await failureAt('http://224.0.0.1:1543')).toEqual(
      nothingSent({ reason: 'unreachable', message: '224.0.0.1:1543 cannot be reached (network unreachable)' })
    )
  })

  describe.skipIf(missing)('a certificate', () => {
    const certificates = missing ? undefined : new Certificates()
    afterAll(() => certificates?.remove())

    async function secure(certificate: Certificate | undefined) {
      const seen: string[] = []
      const handle = ({ url }: IncomingMessage, response: ServerResponse) => {
        seen.push(url ?? '')
        answer(response, 200, {})
      }
      return { port: await portOf(createSecureServer({ ...certificate }, handle)), seen }
    }

    test.each([
      ['self-signed', {}],
      ['unknown-authority', { issued: true }],
      ['expired', { from: '20200101000000Z', to: '20210101000000Z' }],
      ['not-yet-valid', { from: '20900101000000Z', to: '20910101000000Z' }]
    ])('that is no good is named: %s', async (tls, wanted) => {
      const { port, seen } = await secure(certificates?.make(wanted))
      expect(await failureAt(`https://localhost:${port}`)).toEqual(nothingSent({ reason: 'tls', tls }))
      expect(seen).toEqual([])
    })

    test('is there, but the address begins with http', async () => {
      const { port } = await secure(certificates?.make())
      expect(await failureAt(`http://127.0.0.1:${port}`)).toEqual(nothingSent({ reason: 'tls', tls: 'https-only' }))
    })
  })

  test('an address that begins with https leads to a server without TLS', async () => {
    const { url } = await serve((_got, response) => answer(response, 200, {}))
    const error = await failureAt(url.replace('http:', 'https:'))
    expect(error).toEqual(nothingSent({ reason: 'tls', tls: 'plain-http' }))
  })

  test('a server with TLS says so by an alert', async () => {
    const url = await saying(Buffer.from([0x15, 3, 1, 0, 2, 2, 10]))
    expect(await failureAt(url)).toEqual(nothingSent({ reason: 'tls', tls: 'https-only' }))
  })

  test.each([
    '<h1>400 Bad Request</h1><p>The plain HTTP request was sent to HTTPS port</p>',
    'Client sent an HTTP request to an HTTPS server.\n',
    "Reason: You're speaking plain HTTP to an SSL-enabled server port."
  ])('a server with TLS says so in its page (%s)', async (page) => {
    const { url } = await serve((_got, response) => response.writeHead(400).end(page))
    expect(await failureAt(url)).toEqual(nothingSent({ reason: 'tls', tls: 'https-only' }))
  })

  test('a server of ours says so in its problem', async () => {
    const { url } = await serve((_got, response) => answer(response, 400, problem(400, 'https-only')))
    expect(await failureAt(url)).toEqual(nothingSent({ reason: 'tls', tls: 'https-only' }))
  })

  test('a handshake that is cut is no answer that was', async () => {
    const url = await scripted((socket) => socket.destroy())
    expect(await failureAt(url.replace('http:', 'https:'))).toEqual(nothingSent({ reason: 'tls', tls: 'handshake' }))
  })

  test('what does not speak HTTP is told as such', async () => {
    const url = await saying('SSH-2.0-OpenSSH_9.6\r\n')
    expect(await failureAt(url)).toEqual(nothingSent({ reason: 'not-http' }))
  })

  test.each([
    ['a head that is too large', http(200, '{}', { 'x-large': 'x'.repeat(100_000) })],
    ['a size of a piece that is none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
    ['two lengths', http(200, '{}', { 'Content-Length': '3' })]
  ])('an answer that is no valid HTTP is not asked for again (%s)', async (_what, bytes) => {
    const url = await saying(bytes)
    expect(await failureAt(url)).toMatchObject({ name: 'ConnectionError', reason: 'malformed', mayHaveArrived: true })
  })

  describe.each([301, 302, 307, 308])('a %i', (status) => {
    test.each([
      ['https://chat.example:8443', (path: string) => `https://chat.example:8443${path}`],
      ['https://chat.example/talk', (path: string) => `https://chat.example/talk${path}`],
      ['https://portal.example/sign-in?to=1', () => 'https://portal.example/sign-in?to=1']
    ])('to %s is not followed, but told', async (target, location) => {
      const { url, requests } = await serve((got, response) => response.writeHead(status, { location: location(got.url) }).end())
      const error = await failureAt(url)
      expect(error).toEqual(nothingSent({ reason: 'redirect', target }))
      expect(error).toHaveProperty('message', `${url} redirects to ${target}`)
      expect(requests).toHaveLength(1)
    })

    test('on the same server is followed where method and body stay the same', async () => {
      const { url, requests } = await serve((got, response) => {
        if (got.url.startsWith('/here')) answer(response, 200, message())
        else response.writeHead(status, { location: `/here${got.url}` }).end()
      })
      const error = await failureAt(url)
      if (status > 302) expect(requests[1]).toMatchObject({ method: 'PUT', body: '{"text":"hi"}' })
      expect(error).toEqual(status > 302 ? undefined : nothingSent({ reason: 'redirect', target: `${url}/here` }))
    })
  })

  test('a redirect that leads nowhere else ends', async () => {
    const { url, requests } = await serve((got, response) => response.writeHead(308, { location: got.url }).end())
    expect(await failureAt(url)).toEqual(nothingSent({ reason: 'redirect' }))
    expect(requests).toHaveLength(4)
  })

  test('a follower is told of a redirect as well', async () => {
    const { url } = await serve((got, response) => response.writeHead(302, { location: `https://chat.example${got.url}` }).end())
    const client = new ChatClient({ server: url, transport })
    const following = client.follow('general')[Symbol.asyncIterator]().next()
    await expect(following).rejects.toMatchObject({ reason: 'redirect', target: 'https://chat.example' })
  })

  test('a page of somebody else is no answer of ours', async () => {
    const { url } = await serve((_got, response) => response.writeHead(200).end('<h1>It works!</h1>'))
    expect(await failureAt(url)).toBeInstanceOf(UnexpectedAnswer)
  })
})
