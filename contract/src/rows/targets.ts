import type { Ground } from '../ground.ts'
import { asAna, ask, messages } from '../request.ts'
import type { Answer, Row } from '../row.ts'

/** A request with this target, as it is. */
const get = (at: Ground, target: string | Buffer, method = 'GET') =>
  Buffer.concat([Buffer.from(`${method} `), Buffer.from(target), Buffer.from(` HTTP/1.1\r\nHost: ${at.host}\r\n\r\n`)])

const malformed: Answer[] = [{ status: 400, code: 'bad-request' }]
const gone: Answer[] = [{ status: 404, code: 'not-found' }]
const refused = { connection: 'closed', proxy: 'answers' } as const

const otherSpellings = [
  '//v1/rooms',
  '/v1//rooms',
  '/v1/users/me/',
  '/v1/../v1/rooms',
  '/v1/./rooms',
  '/v1/%2e%2e/v1/rooms',
  '/V1/rooms',
  '/v1;x=1/rooms'
]
const notNames = ['..%2f..%2fetc%2fpasswd', '%2e%2e', '..', '%20', "'%3B%20DROP%20TABLE%20room", '%E2%80%AE']

/** What is asked for. */
export const targets: readonly Row[] = [
  {
    name: 'a whole URL as target',
    rfc: 'RFC 9112, 3.2.2',
    why: 'a server must take it, though only proxies are sent it',
    send: (at) => get(at, `${at.origin}${at.path('/health/live')}`),
    answers: [{ status: 200 }]
  },
  {
    name: 'a whole URL in capitals',
    rfc: 'RFC 9110, 4.2.3',
    why: 'scheme and host are not case-sensitive',
    send: (at) => get(at, `HTTP://${at.host.toUpperCase()}${at.path('/health/live')}`),
    answers: [{ status: 200 }],
    server: true
  },
  {
    name: 'a whole URL of another host',
    rfc: 'RFC 9110, 7.4',
    why: 'the target counts, not Host: this server is not a proxy',
    send: (at) => get(at, `http://evil.example.com${at.path('/health/live')}`),
    answers: [{ status: 421, code: 'misdirected' }],
    proxy: 'answers'
  },
  {
    name: 'a whole URL of another scheme',
    rfc: 'RFC 9112, 3.2',
    why: 'this server fetches nothing',
    send: (at) => get(at, `ftp://${at.host}/`),
    answers: [{ status: 400, code: 'invalid-path' }],
    ...refused,
    server: true,
    proxy: 'mends'
  },
  {
    name: 'host and port as target of GET',
    rfc: 'RFC 9112, 3.2.3',
    why: 'that form is for CONNECT alone',
    send: (at) => get(at, 'example.org:443'),
    answers: malformed,
    ...refused,
    server: true
  },
  {
    name: 'an asterisk as target of GET',
    rfc: 'RFC 9112, 3.2.4',
    why: 'that form is for OPTIONS alone',
    send: (at) => get(at, '*'),
    answers: malformed,
    ...refused,
    root: true
  },
  {
    name: 'OPTIONS *',
    rfc: 'RFC 9110, 9.3.7',
    why: 'it asks about the server as a whole',
    send: (at) => get(at, '*', 'OPTIONS'),
    answers: [{ status: 204, headers: { allow: /GET/ } }],
    proxy: 'answers',
    root: true
  },
  {
    name: 'a percent sign alone in the path',
    rfc: 'RFC 3986, 2.1',
    why: 'it can mean nothing',
    send: (at) => get(at, at.path('/v1/users/%zz')),
    answers: [{ status: 400, code: 'invalid-path' }],
    ...refused,
    server: true
  },
  {
    name: 'a path that is not UTF-8',
    rfc: 'RFC 3986, 2.5',
    why: 'no name is made of it',
    send: (at) => get(at, at.path('/v1/users/%ff')),
    answers: [{ status: 400, code: 'invalid-path' }],
    ...refused,
    server: true
  },
  {
    name: 'an overlong encoding in the path',
    rfc: 'RFC 3629, 3',
    why: '%c0%af has been a slash for some',
    send: (at) => get(at, at.path('/v1/users/%c0%af')),
    answers: [{ status: 400, code: 'invalid-path' }],
    ...refused,
    server: true
  },
  {
    name: 'a path in letters that are not encoded',
    rfc: 'RFC 9112, 3.2',
    why: 'read as something else, it would name nobody, and nobody would know why',
    send: (at) => get(at, at.path('/v1/users/josé')),
    answers: malformed,
    ...refused,
    server: true
  },
  {
    name: 'a percent sign alone in the query',
    rfc: 'RFC 3986, 2.1',
    why: 'it would be searched for as it is',
    send: (at) => asAna(at, `GET ${messages(at)}?limit=%zz`),
    answers: [{ status: 400, code: 'invalid-query' }]
  },
  {
    name: 'a query that is not UTF-8',
    rfc: 'RFC 3986, 2.5',
    why: 'it would be searched for as it is',
    send: (at) => asAna(at, `GET ${messages(at)}?limit=%ff`),
    answers: [{ status: 400, code: 'invalid-query' }]
  },
  {
    name: 'NUL in the path',
    rfc: 'RFC 9112, 3.2',
    why: 'that character cannot be in a URL',
    send: (at) => get(at, at.path('/v1/users/ana\0')),
    answers: malformed,
    ...refused,
    server: true
  },
  {
    name: 'an encoded NUL in a name',
    rfc: 'RFC 3986, 7.3',
    why: 'a name cut there would be another one',
    send: (at) => asAna(at, `GET /v1/users/${at.anaName}%00`),
    answers: [{ status: 404, code: 'user-not-found' }],
    proxy: 'answers'
  },
  {
    name: 'a fragment',
    rfc: 'RFC 9112, 3.2.1',
    why: 'it stays with the client',
    send: (at) => get(at, at.path('/health/live#top')),
    answers: [{ status: 400, code: 'invalid-path' }],
    proxy: 'answers'
  },
  {
    name: 'a blank in the target',
    rfc: 'RFC 9112, 3.2',
    why: 'a request line has two blanks',
    send: (at) => get(at, at.path('/v1/users/ana luis')),
    answers: malformed,
    ...refused,
    server: true
  },
  ...otherSpellings.map(
    (path): Row => ({
      name: `the path ${path}`,
      rfc: 'RFC 9110, 4.2.3',
      why: 'another spelling is another path; what is refused for one is not had by another',
      send: (at) => asAna(at, `GET ${path}`),
      answers: gone,
      proxy: 'answers'
    })
  ),
  ...notNames.map(
    (room): Row => ({
      name: `a room called ${room}`,
      rfc: 'RFC 9110, 15.5.5',
      why: 'a name that nothing can have is that of nothing',
      send: (at) => asAna(at, `GET /v1/rooms/${room}/messages`),
      answers: [{ status: 404 }],
      proxy: 'answers'
    })
  ),
  {
    name: 'a URL of 8 KiB',
    rfc: 'RFC 9110, 15.5.15',
    why: 'that much is promised',
    send: (at) => get(at, at.path('/').padEnd(8 * 1024, 'x')),
    answers: gone,
    proxy: 'answers'
  },
  {
    name: 'a URL of 8 KiB and a byte',
    rfc: 'RFC 9110, 15.5.15',
    why: 'and no more',
    send: (at) => get(at, at.path('/').padEnd(8 * 1024 + 1, 'x')),
    answers: [{ status: 414, code: 'uri-too-long' }],
    ...refused
  },
  {
    name: 'a URL of 20 KiB, in two pieces',
    rfc: 'RFC 9110, 15.5.15',
    why: 'it is the URL that is too long, not the header',
    send: (at) => [`GET ${at.path('/')}${'x'.repeat(10_000)}`, `${'x'.repeat(10_000)} HTTP/1.1\r\nHost: ${at.host}\r\n\r\n`],
    answers: [{ status: 414, code: 'uri-too-long' }],
    ...refused,
    server: true
  },
  {
    name: 'a URL of 100 KiB',
    rfc: 'RFC 9110, 15.5.15',
    why: 'not even the end of the line is waited for',
    send: (at) => `GET ${at.path('/')}${'x'.repeat(100 * 1024)}`,
    answers: [{ status: 414, code: 'uri-too-long' }],
    ...refused,
    server: true
  },
  {
    name: 'a query parameter that nobody knows',
    rfc: 'RFC 9110, 15.5.1',
    why: 'a misspelt one would be missing without a word',
    send: (at) => asAna(at, `GET ${messages(at)}?limt=5`),
    answers: [{ status: 400, code: 'invalid-query', body: /limt/ }]
  },
  {
    name: 'a query parameter twice',
    rfc: 'RFC 9110, 15.5.1',
    why: 'one of the two would be ignored',
    send: (at) => asAna(at, `GET ${messages(at)}?limit=5&limit=6`),
    answers: [{ status: 400, code: 'invalid-query' }]
  },
  {
    name: 'a path that is not there',
    rfc: 'RFC 9110, 15.5.5',
    why: 'whoever asks, with a token or without',
    send: (at) => ask(at, 'GET /v1/nothing'),
    answers: gone
  }
]
