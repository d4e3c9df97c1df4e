import type { Ground } from '../ground.ts'
import { asAna, ask, json, messages, smuggled } from '../request.ts'
import type { Answer, Row } from '../row.ts'

const path = (at: Ground) => at.path('/health/live')
const fields = (at: Ground) => `Host: ${at.host}\r\n\r\n`
const malformed: Answer[] = [{ status: 400, code: 'bad-request' }]
const otherVersion: Answer[] = [{ status: 505, code: 'version-not-supported' }]
const refused = { answers: malformed, connection: 'closed', proxy: 'answers' } as const
/** A send that must not be carried out, in another protocol. */
const inRtsp = (at: Ground) => smuggled(at).toString().replace(' HTTP/1.1\r\n', ' RTSP/1.0\r\n')
const looksLikeAnother = JSON.stringify({ text: 'POST /v1/users RTSP/1.0 is no request' })

/** Lines that Node's parser refuses by itself, and those that it would let through. */
const unreadable = ['FTP/1.1', 'HTTPS/1.1', 'http/1.1', 'Http/1.1', 'HTTP/one', 'HTTP/1', 'HTTP/01.1', 'HTTP/1,1']
const letThrough = ['GET PATH RTSP/1.0', 'GET PATH RTSP/1.1', 'OPTIONS PATH RTSP/1.0', 'SOURCE PATH ICE/1.0']
/** A proxy repairs these on the way. */
const repairable: [what: string, line: string, isLetThrough?: true][] = [
  ['two blanks before the target', 'GET  PATH HTTP/1.1\r\n', true],
  ['two blanks behind the target', 'GET PATH  HTTP/1.1\r\n', true],
  ['a blank behind the version', 'GET PATH HTTP/1.1 \r\n'],
  ['a tab behind the method', 'GET\tPATH HTTP/1.1\r\n'],
  ['a tab behind the target', 'GET PATH\tHTTP/1.1\r\n'],
  ['a blank before the request line', ' GET PATH HTTP/1.1\r\n'],
  ['a line of a blank before the request line', ' \r\nGET PATH HTTP/1.1\r\n'],
  ['a line feed alone before the request line', '\nGET PATH HTTP/1.1\r\n', true],
  ['a carriage return alone before the request line', '\rGET PATH HTTP/1.1\r\n', true],
  ['a request line that ends in a line feed alone', 'GET PATH HTTP/1.1\n'],
  ['a request line that ends in a carriage return alone', 'GET PATH HTTP/1.1\r'],
  ['a version with two digits behind the point', 'GET PATH HTTP/1.10\r\n']
]

/** The first line of a request. */
export const requestLines: readonly Row[] = [
  ...['HTTP/2.0', 'HTTP/0.9', 'HTTP/1.2', 'HTTP/3.0'].map(
    (version): Row => ({
      name: `${version} in a request line`,
      rfc: 'RFC 9110, 15.6.6',
      why: 'its rules are not those of HTTP/1.1',
      send: (at) => `GET ${path(at)} ${version}\r\n${fields(at)}`,
      answers: otherVersion,
      connection: 'closed',
      server: true,
      // A higher minor version means nothing to one that repairs.
      proxy: version === 'HTTP/1.2' ? 'mends' : 'answers'
    })
  ),
  {
    name: 'the preface of HTTP/2',
    rfc: 'RFC 9113, 3.4',
    why: 'a client that goes on in frames must be stopped',
    send: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    answers: otherVersion,
    connection: 'closed',
    server: true,
    proxy: 'answers'
  },
  ...unreadable.map(
    (version): Row => ({
      name: `the version ${version}`,
      rfc: 'RFC 9112, 2.3',
      why: 'an invalid request line is refused, not repaired',
      send: (at) => `GET ${path(at)} ${version}\r\n${fields(at)}`,
      ...refused,
      server: true
    })
  ),
  ...letThrough.map(
    (line): Row => ({
      name: `the request line ${line}`,
      rfc: 'RFC 9112, 2.3',
      why: 'what one protocol asks is not what another one means',
      send: (at) => `${line.replace('PATH', path(at))}\r\n${fields(at)}`,
      ...refused
    })
  ),
  {
    name: 'a method that RTSP has and HTTP has not',
    rfc: 'RFC 9112, 2.3',
    why: 'the method is not what is wrong: it is another protocol',
    send: (at) => `PLAY ${path(at)} RTSP/1.0\r\n${fields(at)}`,
    ...refused,
    server: true
  },
  {
    name: 'a request line without a version',
    rfc: 'RFC 9112, 3',
    why: 'HTTP/0.9 is over, and no version was named that could be another one',
    send: (at) => `GET ${path(at)}\r\n\r\n`,
    ...refused,
    proxy: 'mends'
  },
  {
    name: 'a request line without a version, and fields',
    rfc: 'RFC 9112, 3',
    why: 'it is not guessed what was meant',
    send: (at) => `GET ${path(at)}\r\n${fields(at)}`,
    ...refused,
    proxy: 'mends'
  },
  ...repairable.map(
    ([name, line, isLetThrough]): Row => ({
      name,
      rfc: 'RFC 9112, 3 and 2.2',
      why: 'who reads it leniently and who does not see two requests',
      send: (at) => `${line.replace('PATH', path(at))}${fields(at)}`,
      ...refused,
      server: isLetThrough ? undefined : true,
      proxy: 'mends'
    })
  ),
  {
    name: 'a send in RTSP',
    rfc: 'RFC 9112, 2.3',
    why: 'nothing of it may be carried out',
    send: inRtsp,
    ...refused
  },
  {
    name: 'a send in RTSP, in single bytes',
    rfc: 'RFC 9112, 2.2',
    why: 'packets mean nothing',
    send: (at) => [...Buffer.from(inRtsp(at))].map((byte) => Buffer.of(byte)),
    ...refused
  },
  {
    name: 'a send in RTSP behind a request whose end came with its beginning',
    rfc: 'RFC 9112, 2.2',
    why: 'packets mean nothing',
    send: (at) => {
      const [first, ...rest] = inRtsp(at).split(/(?<=POST )/)
      return [Buffer.concat([ask(at, 'GET /health/live'), Buffer.from(first as string)]), { until: /"ok"/ }, rest.join('')]
    },
    answers: [{ status: 200 }, ...malformed],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'a send in RTSP in one go with one in HTTP',
    rfc: 'RFC 9112, 9.3.2',
    why: 'every request is looked at, not only the first of a connection',
    send: (at) => Buffer.concat([asAna(at, `POST ${messages(at)}`, [json], looksLikeAnother), Buffer.from(inRtsp(at))]),
    answers: [{ status: 201 }, ...malformed],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'a send in RTSP behind a chunked one in HTTP',
    rfc: 'RFC 9112, 7.1',
    why: 'every request is looked at, whatever its predecessor was like',
    send: (at) => Buffer.concat([inChunks(at), Buffer.from(inRtsp(at))]),
    answers: [{ status: 201 }, ...malformed],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'requests whose bodies look like requests, in one go',
    rfc: 'RFC 9112, 6',
    why: 'a body says nothing about the request behind it',
    send: (at) => Buffer.concat([inChunks(at), asAna(at, `POST ${messages(at)}`, [json], looksLikeAnother), inChunks(at)]),
    answers: [{ status: 201 }, { status: 201 }, { status: 201 }]
  },
  {
    name: 'empty lines before a request',
    rfc: 'RFC 9112, 2.2',
    why: 'old clients send a line end too many after a body',
    send: (at) => `\r\n\r\nGET ${path(at)} HTTP/1.1\r\n${fields(at)}`,
    answers: [{ status: 200 }]
  }
]

/** A send whose body comes in chunks, with all that there may be about them; in it another request seems to begin. */
function inChunks(at: Ground): Buffer {
  const body = `${looksLikeAnother.replace('POST', '\\r\\n\\r\\nPOST')}\r\n\r\n`
  const chunks = [body.slice(0, 20), body.slice(20)].map((part) => `${part.length.toString(16)};a="1f"\r\n${part}\r\n`)
  const head = asAna(at, `POST ${messages(at)}`, [json, 'Transfer-Encoding: chunked', 'Trailer: X-Sum'])
  return Buffer.concat([head, Buffer.from(`${chunks.join('')}0\r\nX-Sum: 1\r\n\r\n`)])
}
