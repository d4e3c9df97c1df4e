import type { Ground } from '../ground.ts'
import { asAna, ask, messages } from '../request.ts'
import type { Answer, Row } from '../row.ts'

/** A request with this target, as it is. */
const get = (at: Ground, target: string | Buffer, method = 'GET') =>
  Buffer.concat([Buffer.from(`${method} `), Buffer.from(target), Buffer.from(` HTTP/1.1\r\nHost: ${at.host}\r\n\r\n`)])

const malformed: Answer[] = [{ status: 400, code: 'bad-request' }]
const gone: Answer[] = [{ status: 404, code: 'not-found' }]
const refused = { connection: 'closed', proxy: 'answers' } as const

/** What is asked for. */
export const targets: readonly Row[] = [
  {
    ...{ name: 'a whole URL as target', rfc: 'RFC 9112, 3.2.2', connection: 'open' },
    why: 'a server must take it, though only proxies are sent it',
    send: (at) => get(at, `http://${at.host}${at.path('/health/live')}`),
    answers: [{ status: 200 }]
  },
  {
    ...{ name: 'a whole URL in capitals', rfc: 'RFC 9110, 4.2.3', connection: 'open', server: true },
    why: 'scheme and host are not case-sensitive',
    send: (at) => get(at, `HTTP://${at.host.toUpperCase()}${at.path('/health/live')}`),
    answers: [{ status: 200 }]
  },
  {
    ...{ name: 'a whole URL of another host', rfc: 'RFC 9110, 7.4', connection: 'open', proxy: 'answers' },
    why: 'the target counts, not Host: this is no proxy',
    send: (at) => get(at, `http://evil.example.com${at.path('/health/live')}`),
    answers: [{ status: 421, code: 'misdirected' }]
  },
  {
    ...{ name: 'a whole URL of another scheme', rfc: 'RFC 9112, 3.2', ...refused, server: true, proxy: 'mends' },
    why: 'this server fetches nothing',
    send: (at) => get(at, `ftp://${at.host}/`),
    answers: [{ status: 400, code: 'invalid-path' }]
  },
  {
    ...{ name: 'host and port as target of GET', rfc: 'RFC 9112, 3.2.3', ...refused, server: true },
    why: 'that form is for CONNECT alone',
    send: (at) => get(at, 'example.org:443'),
    answers: malformed
  },
  {
    ...{ name: 'an asterisk as target of GET', rfc: 'RFC 9112, 3.2.4', ...refused, root: true },
    why: 'that form is for OPTIONS alone',
    send: (at) => get(at, '*'),
    answers: malformed
  },
  {
    ...{ name: 'OPTIONS *', rfc: 'RFC 9110, 9.3.7', connection: 'open', proxy: 'answers', root: true },
    why: 'it asks about the server as a whole',
    send: (at) => get(at, '*', 'OPTIONS'),
    answers: [{ status: 204, headers: { allow: /GET/ } }]
  },
  {
    ...{ name: 'a percent sign alone in the path', rfc: 'RFC 3986, 2.1', ...refused, server: true },
    why: 'it can mean nothing',
    send: (at) => get(at, at.path('/v1/users/%zz')),
    answers: [{ status: 400, code: 'invalid-path' }]
  },
  {
    ...{ name: 'a path that is no UTF-8', rfc: 'RFC 3986, 2.5', ...refused, server: true },
    why: 'no name is made of it',
    send: (at) => get(at, at.path('/v1/users/%ff')),
    answers: [{ status: 400, code: 'invalid-path' }]
  },
  {
    ...{ name: 'an overlong encoding in the path', rfc: 'RFC 3629, 3', ...refused, server: true },
    why: '%c0%af has been a slash for some',
    send: (at) => get(at, at.path('/v1/users/%c0%af')),
    answers: [{ status: 400, code: 'invalid-path' }]
  },
  {
    ...{ name: 'a path in letters that are not encoded', rfc: 'RFC 9112, 3.2', ...refused, server: true },
    why: 'read as something else, it would name nobody, and nobody would know why',
    send: (at) => get(at, at.path('/v1/users/josé')),
    answers: malformed
  },
  {
    ...{ name: 'a percent sign alone in the query', rfc: 'RFC 3986, 2.1', connection: 'open' },
    why: 'it would be searched for as it is',
    send: (at) => asAna(at, `GET ${messages(at)}?limit=%zz`),
    answers: [{ status: 400, code: 'invalid-query' }]
  },
  {
    ...{ name: 'a query that is no UTF-8', rfc: 'RFC 3986, 2.5', connection: 'open' },
    why: 'it would be searched for as it is',
    send: (at) => asAna(at, `GET ${messages(at)}?limit=%ff`),
    answers: [{ status: 400, code: 'invalid-query' }]
  },
  {
    ...{ name: 'NUL in the path', rfc: 'RFC 9112, 3.2', ...refused, server: true },
    why: 'it is no character of a URL',
    send: (at) => get(at, at.path('/v1/users/ana\0')),
    answers: malformed
  },
  {
    ...{ name: 'an encoded NUL in a name', rfc: 'RFC 3986, 7.3', connection: 'open', proxy: 'answers' },
    why: 'a name cut there would be another one',
    send: (at) => asAna(at, `GET /v1/users/${at.anaName}%00`),
    answers: [{ status: 404, code: 'user-not-found' }]
  },
  {
    ...{ name: 'a fragment', rfc: 'RFC 9112, 3.2.1', connection: 'open', proxy: 'answers' },
    why: 'it stays with the client',
    send: (at) => get(at, at.path('/health/live#top')),
    answers: [{ status: 400, code: 'invalid-path' }]
  },
  {
    ...{ name: 'a blank in the target', rfc: 'RFC 9112, 3.2', ...refused, server: true },
    why: 'a request line has two blanks',
    send: (at) => get(at, at.path('/v1/users/ana luis')),
    answers: malformed
  },
  ...[
    '//v1/rooms',
    '/v1//rooms',
    '/v1/users/me/',
    '/v1/../v1/rooms',
    '/v1/./rooms',
    '/v1/%2e%2e/v1/rooms',
    '/V1/rooms',
    '/v1;x=1/rooms'
  ].map(
    (path): Row => ({
      ...{ name: `the path ${path}`, rfc: 'RFC 9110, 4.2.3', connection: 'open', proxy: 'answers' },
      why: 'another spelling is another path; what is refused for one is not had by another',
      send: (at) => asAna(at, `GET ${path}`),
      answers: gone
    })
  ),
  ...['..%2f..%2fetc%2fpasswd', '%2e%2e', '..', '%20', "'%3B%20DROP%20TABLE%20room", '%E2%80%AE'].map(
    (room): Row => ({
      ...{ name: `a room called ${room}`, rfc: 'RFC 9110, 15.5.5', connection: 'open', proxy: 'answers' },
      why: 'a name that nothing can have is that of nothing',
      send: (at) => asAna(at, `GET /v1/rooms/${room}/messages`),
      answers: [{ status: 404 }]
    })
  ),
  {
    ...{ name: 'a URL of 8 KiB', rfc: 'RFC 9110, 15.5.15', connection: 'open', proxy: 'answers' },
    why: 'that much is promised',
    send: (at) => get(at, at.path('/').padEnd(8 * 1024, 'x')),
    answers: gone
  },
  {
    ...{ name: 'a URL of 8 KiB and a byte', rfc: 'RFC 9110, 15.5.15', ...refused },
    why: 'and no more',
    send: (at) => get(at, at.path('/').padEnd(8 * 1024 + 1, 'x')),
    answers: [{ status: 414, code: 'uri-too-long' }]
  },
  {
    ...{ name: 'a URL of 20 KiB, in two pieces', rfc: 'RFC 9110, 15.5.15', ...refused, server: true },
    why: 'it is the URL that is too long, not the header',
    send: (at) => [`GET ${at.path('/')}${'x'.repeat(10_000)}`, `${'x'.repeat(10_000)} HTTP/1.1\r\nHost: ${at.host}\r\n\r\n`],
    answers: [{ status: 414, code: 'uri-too-long' }]
  },
  {
    ...{ name: 'a URL of 100 KiB', rfc: 'RFC 9110, 15.5.15', ...refused, server: true },
    why: 'not even the end of the line is waited for',
    send: (at) => `GET ${at.path('/')}${'x'.repeat(100 * 1024)}`,
    answers: [{ status: 414, code: 'uri-too-long' }]
  },
  {
    ...{ name: 'a query parameter that nobody knows', rfc: 'RFC 9110, 15.5.1', connection: 'open' },
    why: 'a misspelt one would be missing without a word',
    send: (at) => asAna(at, `GET ${messages(at)}?limt=5`),
    answers: [{ status: 400, code: 'invalid-query', body: /limt/ }]
  },
  {
    ...{ name: 'a query parameter twice', rfc: 'RFC 9110, 15.5.1', connection: 'open' },
    why: 'one of the two would be ignored',
    send: (at) => asAna(at, `GET ${messages(at)}?limit=5&limit=6`),
    answers: [{ status: 400, code: 'invalid-query' }]
  },
  {
    ...{ name: 'a path that is not there', rfc: 'RFC 9110, 15.5.5', connection: 'open' },
    why: 'whoever asks, with a token or without',
    send: (at) => ask(at, 'GET /v1/nothing'),
    answers: gone
  }
]
