import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { expect, test } from 'vitest'
import { type Guest, openApp } from '../support/open-app.ts'

type Fields = Record<string, string | string[] | number | undefined>

/** What an answer must say, and nothing of what it is made with. */
function faults(what: string, fields: Fields, body: string): string[] {
  const isPage = String(fields['content-type'] ?? '').startsWith('text/html')
  const expected: Record<string, RegExp> = {
    'x-content-type-options': /^nosniff$/,
    'content-security-policy': isPage
      ? // A page to read, or the chat itself.
        /^default-src 'none'; script-src 'self'; [\w' ;-]+; require-trusted-types-for 'script'; trusted-types tertulia$|^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/
      : /^default-src 'none'; frame-ancestors 'none'$/,
    'cross-origin-resource-policy': /^same-origin$/,
    'referrer-policy': /^no-referrer$/,
    'cache-control': /^(no-store|no-cache|no-store, no-transform|private, no-cache|public, max-age=3600)$/
  }
  if (isPage) {
    expected['cross-origin-opener-policy'] = /^same-origin$/
    expected['permissions-policy'] = /camera=\(\)/
  }
  const missing = Object.entries(expected).flatMap(([name, pattern]) =>
    pattern.test(String(fields[name] ?? '')) ? [] : [`${what}: ${name}: ${fields[name]}`]
  )
  const told = ['server', 'x-powered-by', 'set-cookie', 'strict-transport-security'].filter((name) => fields[name] !== undefined)
  // A program that is handed out names what it knows; the server tells nothing of itself by that.
  const isProgram = String(fields['content-type'] ?? '').startsWith('text/javascript')
  const named = !isProgram && /fastify|FST_|node_modules|SQLITE/i.test(body) ? ['the software'] : []
  return [...missing, ...[...told, ...named].map((name) => `${what} tells ${name}`)]
}

const parameters: Record<string, string> = { room: 'general', id: '1', name: 'ana', code: 'stale', status: '412' }

test('every route says it in every answer, whether it gives what was asked for or refuses it', { timeout: 120_000 }, async () => {
  const { app, signIn } = await openApp()
  const { paths } = (await app.inject('/openapi.json')).json() as { paths: Record<string, Record<string, object>> }
  const found: string[] = []
  const statuses = new Set<number>()
  let count = 0
  const ask = async (method: string, url: string, headers: Record<string, string>, payload?: string) => {
    const reply = await app.inject({ method: method as 'GET', url, headers, ...(payload === undefined ? {} : { payload }) })
    statuses.add(reply.statusCode)
    found.push(...faults(`${method} ${url} ${reply.statusCode}`, reply.headers, reply.body))
  }
  const json = { 'content-type': 'application/json' }
  for (const [path, methods] of Object.entries(paths)) {
    const url = path.replace(/\{(\w+)\}/g, (_, name) => parameters[name] ?? '1')
    for (const name of Object.keys(methods)) {
      const method = name.toUpperCase()
      // Some end the session, or the user.
      const guest = await signIn(`guest-${count++}`)
      const body = method === 'GET' ? undefined : '{}'
      await ask(method, url, {}, body)
      await ask(method, url, { ...guest.headers, ...json }, method === 'GET' ? undefined : '{')
      await ask(method, url, { ...guest.headers, ...json, 'if-match': '"x"' }, body)
      await ask(method, url, { ...guest.headers, ...json, accept: 'image/png' }, body)
      await ask(method, url, { host: 'elsewhere.example.com' })
      await ask(method, url, { origin: 'https://elsewhere.example.com' }, body)
      if (method === 'GET') {
        await ask('GET', url, { ...guest.headers, accept: 'text/html, application/json;q=0.5' })
        await ask('HEAD', url, guest.headers)
        await ask('GET', `${url}?nonsense=1`, guest.headers)
      }
    }
    await ask('TRACE', url, {})
    await ask('OPTIONS', url, {})
  }
  const ana = await signIn('marta')
  const page = await ana.get('/v1/rooms/general/messages')
  await ask('GET', '/v1/rooms/general/messages', { ...ana.headers, 'if-none-match': String(page.headers.etag) })
  await ask('GET', '/v1/rooms/GENERAL/messages', ana.headers)
  await ask('POST', '/v1/rooms/general/messages', { ...ana.headers, 'content-type': 'text/plain' }, 'x'.repeat(70_000))
  await ask('POST', '/v1/rooms/general/messages', { ...ana.headers, 'content-type': 'image/png' }, 'x')
  for (const url of ['/nothing', '/v1/users/%ff', '/v1/users/%zz', `/${'x'.repeat(9_000)}`]) await ask('GET', url, {})
  expect(found).toEqual([])
  expect([...statuses].sort((a, b) => a - b)).toEqual(
    expect.arrayContaining([200, 201, 204, 304, 308, 400, 401, 403, 404, 405, 406, 413, 414, 415, 421, 422])
  )
})

const head = 'Host: localhost\r\n'
const raw: [what: string, bytes: (ana: Guest) => string][] = [
  ['no HTTP', () => 'hello\r\n\r\n'],
  ['an unknown method', () => `FOO / HTTP/1.1\r\n${head}\r\n`],
  ['CONNECT', () => `CONNECT example.org:443 HTTP/1.1\r\n${head}\r\n`],
  ['another version', () => `GET / HTTP/2.0\r\n${head}\r\n`],
  ['two Hosts', () => `GET / HTTP/1.1\r\n${head}${head}\r\n`],
  ['an unknown expectation', () => `POST /v1/users HTTP/1.1\r\n${head}Expect: magic\r\nContent-Length: 2\r\n\r\n`],
  ['a header section that is too long', () => `GET / HTTP/1.1\r\n${head}X: ${'x'.repeat(17 * 1024)}\r\n\r\n`],
  ['a transfer coding', () => `POST /v1/users HTTP/1.1\r\n${head}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  ...['text/event-stream', 'application/x-ndjson'].map((accept): (typeof raw)[number] => [
    `a stream of ${accept}`,
    ({ headers }) =>
      `GET /v1/rooms/general/events HTTP/1.1\r\n${head}Accept: ${accept}\r\nAuthorization: ${headers.authorization}\r\n\r\n`
  ]),
  [
    'an export',
    ({ headers }) => `GET /v1/rooms/general/export HTTP/1.1\r\n${head}Authorization: ${headers.authorization}\r\n\r\n`
  ]
]

test.each(raw)('so does the answer to %s', async (what, bytes) => {
  const { app, ana } = await openApp()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(bytes(ana))
  let answer = ''
  while (!answer.includes('\r\n\r\n')) answer += (await once(socket, 'data'))[0]
  socket.destroy()
  const [lines = '', body = ''] = answer.split('\r\n\r\n')
  const fields = Object.fromEntries(lines.split('\r\n').map((line) => line.toLowerCase().split(/: (.*)/)))
  expect(faults(what, fields, body)).toEqual([])
})

test.each([
  ['https://chat.example.org', 'chat.example.org', true],
  ['https://chat.example.org', 'CHAT.example.org', true],
  ['https://chat.example.org', 'localhost:1543', false],
  ['https://chat.example.org', '127.0.0.1', false],
  ['http://chat.example.org', 'chat.example.org', false],
  ['https://chat.example.org:1543', 'chat.example.org:1543', false],
  ['https://chat.example.org/chat', 'chat.example.org', false]
])('with --public-url %s, browsers that ask %s are told to use HTTPS alone: %s', async (publicUrl, host, told) => {
  const { app } = await openApp({ publicUrl })
  for (const url of ['/health/live', '/nothing']) {
    const { headers } = await app.inject({ url, headers: { host } })
    expect(headers['strict-transport-security']).toBe(told ? 'max-age=31536000' : undefined)
  }
})
