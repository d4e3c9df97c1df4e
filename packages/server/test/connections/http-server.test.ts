import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { expect, test } from 'vitest'
import { openApp } from '../support/open-app.ts'

const head = 'Host: localhost\r\n'
const long = (bytes: number) => 'x'.repeat(bytes)

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'bad-request'],
  ['a method nobody knows', `FOO / HTTP/1.1\r\n${head}\r\n`, 501, 'not-implemented'],
  ['CONNECT', `CONNECT example.org:443 HTTP/1.1\r\n${head}\r\n`, 501, 'not-implemented'],
  ['HTTP/2.0 in an HTTP/1 request line', `GET / HTTP/2.0\r\n${head}\r\n`, 505, 'version-not-supported'],
  ['a request line without a version', 'GET /\r\n\r\n', 400, 'bad-request'],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400, 'bad-request'],
  ['an empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', 400, 'bad-request'],
  ['two Hosts', `GET / HTTP/1.1\r\n${head}${head}\r\n`, 400, 'bad-request'],
  ['a Host with a blank', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400, 'bad-request'],
  [
    'another host in the request line',
    `GET http://evil.example.com/ HTTP/1.1\r\n${head}Connection: close\r\n\r\n`,
    421,
    'misdirected'
  ],
  ['two lengths', `POST /v1/users HTTP/1.1\r\n${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400, 'bad-request'],
  [
    'a length beside chunks',
    `POST /v1/users HTTP/1.1\r\n${head}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    400,
    'bad-request'
  ],
  [
    'a transfer coding that is not chunked',
    `POST /v1/users HTTP/1.1\r\n${head}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    501,
    'not-implemented'
  ],
  ['a blank before the colon', 'GET / HTTP/1.1\r\nHost : localhost\r\n\r\n', 400, 'bad-request'],
  ['a URL of 9 KiB', `GET /${long(9 * 1024)} HTTP/1.1\r\n${head}\r\n`, 414, 'uri-too-long'],
  ['a URL of 20 KiB', `GET /${long(20 * 1024)} HTTP/1.1\r\n${head}\r\n`, 414, 'uri-too-long'],
  ['headers of 17 KiB', `GET / HTTP/1.1\r\n${head}X: ${long(17 * 1024)}\r\n\r\n`, 431, 'headers-too-large'],
  [
    'an expectation nobody knows',
    `POST /v1/users HTTP/1.1\r\n${head}Expect: magic\r\nContent-Length: 2\r\n\r\n`,
    417,
    'expectation-failed'
  ],
  ['a path that is no UTF-8', `GET /v1/users/%ff HTTP/1.1\r\n${head}Connection: close\r\n\r\n`, 400, 'invalid-path'],
  ['a percent sign alone', `GET /v1/users/%zz HTTP/1.1\r\n${head}Connection: close\r\n\r\n`, 400, 'invalid-path'],
  [
    'a body that is declared too large',
    `POST /v1/users HTTP/1.1\r\n${head}Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n`,
    413,
    'content-too-large'
  ]
])('%s is answered with a problem, and the connection closes', async (_name, request, status, code) => {
  const { app } = await openApp()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const answer = await exchange(app.server.address() as AddressInfo, request)
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(answer).toMatch(/content-type: application\/problem\+json/i)
  expect(answer).toMatch(/x-content-type-options: nosniff/i)
  expect(answer).toMatch(/connection: close/i)
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code, status, type: `/problems/${code}` })
})

test('who asks before sending a body is told to go on', async () => {
  const { app } = await openApp()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(
    `POST /v1/users HTTP/1.1\r\n${head}Content-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 16\r\n\r\n`
  )
  const [go] = await once(socket, 'data')
  expect(String(go)).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  socket.write('{"name":"marta"}')
  let answer = ''
  for await (const part of socket) answer += part
  expect(answer).toMatch(/^HTTP\/1\.1 201 Created/)
})

test('OPTIONS * says what the server can do', async () => {
  const { app } = await openApp()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const answer = await exchange(app.server.address() as AddressInfo, `OPTIONS * HTTP/1.1\r\n${head}Connection: close\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1\.1 204 /)
  expect(answer).toMatch(/allow: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\r/)
})

test('HTTP/1.0 needs no Host', async () => {
  const { app } = await openApp()
  await app.listen({ host: '127.0.0.1', port: 0 })
  expect(await exchange(app.server.address() as AddressInfo, 'GET /health/live HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK/)
})

test('what comes on a connection that a stream owns ends it, and is not answered', async () => {
  const { app, ana } = await openApp()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const follow = `GET /v1/rooms/general/events HTTP/1.1\r\n${head}Accept: application/x-ndjson\r\nAuthorization: ${ana.headers.authorization}\r\n\r\n`
  for (const more of [`GET /health/live HTTP/1.1\r\n${head}\r\n`, 'nonsense\r\n\r\n']) {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(follow)
    let answer = ''
    for await (const part of socket) {
      answer += part
      if (answer.includes('"synced"')) socket.write(more)
    }
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
  }
})

test('a Host beside a target that names another is served no further', async () => {
  const { app } = await openApp()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address() as AddressInfo
  const ask = (target: string) =>
    exchange(address, `GET ${target} HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n`)
  expect(await ask('http://localhost/health/live')).toMatch(/^HTTP\/1\.1 200 /)
  expect(await ask('/health/live')).toMatch(/^HTTP\/1\.1 421 /)
})

async function exchange({ port }: AddressInfo, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(request)
  let answer = ''
  for await (const part of socket) answer += part
  return answer
}
