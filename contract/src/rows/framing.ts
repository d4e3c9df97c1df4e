import type { Ground } from '../ground.ts'
import { ask, bearer, json, messages, smuggled } from '../request.ts'
import type { Answer, Row } from '../row.ts'

const live = (at: Ground, version = 'HTTP/1.1', fields = `Host: ${at.host}\r\n`) =>
  `GET ${at.path('/health/live')} ${version}\r\n${fields}\r\n`
/** A send with these header fields and this body, as they are. */
const post = (at: Ground, fields: string, body: string, version = 'HTTP/1.1') =>
  `POST ${at.path(messages(at))} ${version}\r\nHost: ${at.host}\r\n${bearer(at.ana)}\r\n${json}\r\n${fields}\r\n${body}`

const malformed: Answer[] = [{ status: 400, code: 'bad-request' }]
const faulty = { answers: malformed, connection: 'closed', proxy: 'answers' } as const
const chunked = 'Transfer-Encoding: chunked\r\n'

const notLengths = ['+13', '-1', '13, 13', '0x0d', '1 3', '99999999999999999999', '']
const notChunkedLast = ['gzip', 'chunked, gzip', 'chunked, chunked', 'identity', 'xchunked', 'chunked;q=1']
const badChunks: [what: string, body: string][] = [
  ['that is not hexadecimal', 'z\r\n{"text":"hi"}\r\n0\r\n\r\n'],
  ['with a prefix', '0xd\r\n{"text":"hi"}\r\n0\r\n\r\n'],
  ['with a sign', '+d\r\n{"text":"hi"}\r\n0\r\n\r\n'],
  ['that no number holds', 'fffffffffffffffff\r\n{"text":"hi"}\r\n0\r\n\r\n'],
  ['that is smaller than its chunk', '5\r\n{"text":"hi"}\r\n0\r\n\r\n']
]

/** Where a request begins and where it ends. */
export const framing: readonly Row[] = [
  {
    name: 'bytes that are not HTTP',
    rfc: 'RFC 9112, 2.2',
    why: 'what cannot be read cannot be skipped either',
    send: () => 'hello\r\n\r\n',
    ...faulty,
    server: true
  },
  {
    name: 'a method that nobody knows',
    rfc: 'RFC 9110, 9.1',
    why: 'it is not malformed, only not known here',
    send: (at) => `FOO ${at.path('/')} HTTP/1.1\r\nHost: ${at.host}\r\n\r\n`,
    answers: [{ status: 501, code: 'not-implemented' }],
    connection: 'closed',
    server: true,
    proxy: 'answers'
  },
  {
    name: 'a method in small letters',
    rfc: 'RFC 9110, 9.1',
    why: 'methods are case-sensitive',
    send: (at) => `get ${at.path('/')} HTTP/1.1\r\nHost: ${at.host}\r\n\r\n`,
    answers: [{ status: 501, code: 'not-implemented' }],
    connection: 'closed',
    server: true,
    proxy: 'answers'
  },
  {
    name: 'CONNECT',
    rfc: 'RFC 9110, 9.3.6',
    why: 'silence would look like a broken network',
    send: () => 'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n',
    answers: [{ status: 501, code: 'not-implemented' }],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'a blank before the first header field',
    rfc: 'RFC 9112, 2.2',
    why: 'some would read it as part of the request line, some would skip it',
    send: (at) => live(at, 'HTTP/1.1', ` Host: ${at.host}\r\n`),
    ...faulty,
    server: true
  },
  {
    name: 'no Host',
    rfc: 'RFC 9112, 3.2',
    why: 'HTTP/1.1 demands it',
    send: (at) => live(at, 'HTTP/1.1', ''),
    ...faulty,
    server: true
  },
  {
    name: 'an empty Host',
    rfc: 'RFC 9112, 3.2',
    why: 'an http URL has a host',
    send: (at) => live(at, 'HTTP/1.1', 'Host:\r\n'),
    ...faulty
  },
  {
    name: 'two Hosts',
    rfc: 'RFC 9112, 3.2',
    why: 'a proxy may have looked at the other one',
    send: (at) => live(at, 'HTTP/1.1', `Host: ${at.host}\r\nHost: ${at.host}\r\n`),
    ...faulty
  },
  {
    name: 'a Host with a blank inside',
    rfc: 'RFC 9112, 3.2',
    why: 'an invalid Host must not be guessed at',
    send: (at) => live(at, 'HTTP/1.1', 'Host: a b\r\n'),
    ...faulty
  },
  {
    name: 'a Host with a user in it',
    rfc: 'RFC 9110, 7.2',
    why: 'Host is host and port, no more',
    send: (at) => live(at, 'HTTP/1.1', `Host: ana@${at.host}\r\n`),
    ...faulty
  },
  {
    name: 'HTTP/1.0 without Host',
    rfc: 'RFC 9112, 3.2',
    why: 'HTTP/1.0 did not know it',
    send: (at) => live(at, 'HTTP/1.0', ''),
    answers: [{ status: 200 }],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'a blank before the colon',
    rfc: 'RFC 9112, 5.1',
    why: 'it has hidden Transfer-Encoding from proxies',
    send: (at) => live(at, 'HTTP/1.1', `Host: ${at.host}\r\nX-Colour : red\r\n`),
    ...faulty,
    server: true
  },
  {
    name: 'a header field that goes on in the next line',
    rfc: 'RFC 9112, 5.2',
    why: 'obsolete folding is read differently by everybody',
    send: (at) => live(at, 'HTTP/1.1', `Host: ${at.host}\r\nX-Colour: red\r\n green\r\n`),
    ...faulty,
    server: true
  },
  {
    name: 'a header line without a colon',
    rfc: 'RFC 9112, 5',
    why: 'it is not a field',
    send: (at) => live(at, 'HTTP/1.1', `Host: ${at.host}\r\nnonsense\r\n`),
    ...faulty,
    server: true,
    proxy: 'mends'
  },
  {
    name: 'a field name that is not a token',
    rfc: 'RFC 9110, 5.1',
    why: 'what is not a name cannot be passed on',
    send: (at) => live(at, 'HTTP/1.1', `Host: ${at.host}\r\nX(Colour): red\r\n`),
    ...faulty,
    server: true,
    proxy: 'mends'
  },
  {
    name: 'NUL in a field',
    rfc: 'RFC 9110, 5.5',
    why: 'what comes after it is not seen by programs in C',
    send: (at) => live(at, 'HTTP/1.1', `Host: ${at.host}\r\nX-Colour: red\0green\r\n`),
    ...faulty,
    server: true
  },
  {
    name: 'a carriage return alone in a field',
    rfc: 'RFC 9112, 2.2',
    why: 'for some it ends the line',
    send: (at) => live(at, 'HTTP/1.1', `Host: ${at.host}\r\nX-Colour: red\rX-Size: 1\r\n`),
    ...faulty,
    server: true
  },
  {
    name: 'lines that end in a line feed alone',
    rfc: 'RFC 9112, 2.2',
    why: 'not to accept what a proxy may read differently',
    send: (at) => live(at).replaceAll('\r\n', '\n'),
    ...faulty,
    server: true,
    proxy: 'mends'
  },
  {
    name: 'a length beside chunks',
    rfc: 'RFC 9112, 6.3',
    why: 'the classic of request smuggling',
    send: (at) => [post(at, `Content-Length: 5\r\n${chunked}`, '0\r\n\r\n'), smuggled(at)],
    ...faulty,
    server: true
  },
  {
    name: 'chunks beside a length',
    rfc: 'RFC 9112, 6.3',
    why: 'the same the other way round',
    send: (at) => [post(at, `${chunked}Content-Length: 200\r\n`, '0\r\n\r\n'), smuggled(at)],
    ...faulty,
    server: true
  },
  {
    name: 'two lengths that differ',
    rfc: 'RFC 9112, 6.3',
    why: 'each may be believed by somebody',
    send: (at) => [post(at, 'Content-Length: 0\r\nContent-Length: 200\r\n', ''), smuggled(at)],
    ...faulty,
    server: true
  },
  {
    name: 'two lengths that agree',
    rfc: 'RFC 9110, 8.6',
    why: 'it may be refused, and then nobody has to guess',
    send: (at) => post(at, 'Content-Length: 13\r\nContent-Length: 13\r\n', '{"text":"hi"}'),
    ...faulty,
    server: true
  },
  ...notLengths.map(
    (length): Row => ({
      name: `the length “${length}”`,
      rfc: 'RFC 9110, 8.6',
      why: 'a length is decimal digits',
      send: (at) => [post(at, `Content-Length: ${length}\r\n`, '{"text":"hi"}'), smuggled(at)],
      ...faulty,
      server: true
    })
  ),
  {
    name: 'a transfer coding before chunked',
    rfc: 'RFC 9112, 6.1',
    why: 'it would be stored as it came, still compressed',
    send: (at) => post(at, 'Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'),
    answers: [{ status: 501, code: 'not-implemented' }],
    connection: 'closed',
    proxy: 'answers'
  },
  ...notChunkedLast.map(
    (coding): Row => ({
      name: `the transfer coding “${coding}”`,
      rfc: 'RFC 9112, 6.3',
      why: 'where chunked is not the last, and once, nobody knows where the body ends',
      send: (at) => [post(at, `Transfer-Encoding: ${coding}\r\n`, '0\r\n\r\n'), smuggled(at)],
      ...faulty,
      server: true
    })
  ),
  {
    name: 'two fields of transfer codings',
    rfc: 'RFC 9112, 6.3',
    why: 'one of them may have been overlooked',
    send: (at) => [post(at, `${chunked}${chunked}`, '0\r\n\r\n'), smuggled(at)],
    ...faulty,
    server: true
  },
  {
    name: 'chunks in HTTP/1.0',
    rfc: 'RFC 9112, 6.1',
    why: 'HTTP/1.0 has none: the framing is faulty',
    send: (at) => [post(at, chunked, '0\r\n\r\n', 'HTTP/1.0'), smuggled(at)],
    ...faulty,
    server: true
  },
  {
    name: 'a chunked body',
    rfc: 'RFC 9112, 7.1',
    why: 'a length is not always known beforehand',
    send: (at) => post(at, chunked, '7\r\n{"text"\r\n6\r\n:"hi"}\r\n0\r\n\r\n'),
    answers: [{ status: 201 }]
  },
  {
    name: 'chunk extensions and trailers',
    rfc: 'RFC 9112, 7.1.1 and 7.1.2',
    why: 'what is not known there is passed over',
    send: (at) => post(at, chunked, 'd;colour=red\r\n{"text":"hi"}\r\n0\r\nX-Colour: red\r\n\r\n'),
    answers: [{ status: 201 }]
  },
  ...badChunks.map(
    ([what, body]): Row => ({
      name: `a chunk size ${what}`,
      rfc: 'RFC 9112, 7.1',
      why: 'where a chunk ends decides where the next request begins',
      send: (at) => [post(at, chunked, body), smuggled(at)],
      ...faulty,
      server: true
    })
  ),
  {
    name: 'a chunk size whose line ends in a line feed alone',
    rfc: 'RFC 9112, 7.1',
    why: 'where a chunk ends decides where the next request begins',
    send: (at) => [post(at, chunked, 'd\n{"text":"hi"}\r\n0\r\n\r\n'), smuggled(at)],
    ...faulty,
    server: true,
    proxy: 'mends'
  },
  {
    name: 'chunk extensions without end',
    rfc: 'RFC 9112, 7.1.1',
    why: 'they are read and thrown away, so they have to be bounded',
    send: (at) => post(at, chunked, `d;colour=${'x'.repeat(20_000)}\r\n{"text":"hi"}\r\n0\r\n\r\n`),
    answers: [{ status: 413, code: 'content-too-large' }],
    connection: 'closed',
    server: true,
    proxy: 'mends'
  },
  {
    name: 'a body of GET that looks like a request',
    rfc: 'RFC 9110, 9.3.1',
    why: 'it belongs to the GET: left lying, it would be carried out',
    send: (at) => ask(at, 'GET /health/live', [], smuggled(at)),
    answers: [{ status: 200 }]
  },
  {
    name: 'a body for a path that is not there',
    rfc: 'RFC 9112, 9.3',
    why: 'refused or not, the body has to be read before the next request',
    send: (at) => ask(at, 'POST /nothing', [json], smuggled(at)),
    answers: [{ status: 404, code: 'not-found' }]
  },
  {
    name: 'a body from nobody',
    rfc: 'RFC 9112, 9.3',
    why: 'refused or not, the body has to be read before the next request',
    send: (at) => ask(at, `POST ${messages(at)}`, [json], smuggled(at)),
    answers: [{ status: 401, code: 'unauthorized' }]
  },
  {
    name: 'a body that is declared too large',
    rfc: 'RFC 9110, 15.5.14',
    why: 'it is not worth waiting for',
    send: (at) => post(at, 'Content-Length: 99999999\r\n', '{"text":"'),
    answers: [{ status: 413, code: 'content-too-large' }],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'a body of 1 MB, sent whole, and a request behind it',
    rfc: 'RFC 9112, 9.6',
    why: 'a connection that is reset at once takes the answer with it',
    send: (at) => [
      post(at, 'Content-Length: 1000000\r\n', ''),
      { until: /\r\n\r\n\{.*\}$/ },
      'x'.repeat(1_000_000),
      smuggled(at)
    ],
    answers: [{ status: 413, code: 'content-too-large' }],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'chunks that are too much together',
    rfc: 'RFC 9110, 15.5.14',
    why: 'what is not declared is counted',
    send: (at) => post(at, chunked, `${`2000\r\n${'x'.repeat(0x2000)}\r\n`.repeat(9)}0\r\n\r\n`),
    answers: [{ status: 413, code: 'content-too-large' }],
    connection: 'closed',
    proxy: 'answers'
  }
]
