import type { Ground } from '../ground.ts'
import { asAna, ask, bearer, json, message, messages, smuggled } from '../request.ts'
import type { Answer, Row } from '../row.ts'

const live = (at: Ground) => ask(at, 'GET /health/live')
const say = (at: Ground, text: string) => asAna(at, `POST ${messages(at)}`, [json], JSON.stringify({ text }))
const follow = (at: Ground, fields: string[] = []) =>
  asAna(at, `GET /v1/rooms/${at.room}/events`, ['Accept: application/x-ndjson', ...fields])
const old = (bytes: Buffer) => bytes.toString().replace(' HTTP/1.1\r\n', ' HTTP/1.0\r\n')

/** Several requests on one connection, and when it ends. */
export const connections: readonly Row[] = [
  {
    name: 'three requests in one go',
    rfc: 'RFC 9112, 9.3.2',
    why: 'answers come in the order of the requests, however long each takes',
    send: (at) => Buffer.concat([say(at, 'one'), live(at), asAna(at, 'GET /v1/users/me')]),
    answers: [{ status: 201 }, { status: 200, body: /"ok"/ }, { status: 200, body: /"name"/ }]
  },
  {
    name: '150 requests in one go',
    rfc: 'RFC 9112, 9.3.2',
    why: 'some wait, in order; with the last of these the connection is closed, and the client asks again for the rest',
    send: (at) => Buffer.concat(Array.from({ length: 150 }, () => live(at))),
    answers: [...Array<Answer>(100).fill({ status: 200 }), { status: 200, headers: { connection: 'close' } }],
    connection: 'closed',
    proxy: 'mends'
  },
  {
    name: 'a change and a reading of it in one go',
    rfc: 'RFC 9112, 9.3.2',
    why: 'what is not safe is not carried out beside what stands before it',
    send: (at) =>
      Buffer.concat([
        asAna(at, `PUT ${message(at, at.changed.id)}`, [json], '{"text":"second"}'),
        asAna(at, `GET ${message(at, at.changed.id)}`)
      ]),
    answers: [{ status: 200 }, { status: 200, body: /"text":"second"/ }]
  },
  {
    name: 'a request in single bytes',
    rfc: 'RFC 9112, 2.2',
    why: 'packets mean nothing',
    send: (at) => [...live(at)].map((byte) => Buffer.of(byte)),
    answers: [{ status: 200 }]
  },
  {
    name: 'Connection: close',
    rfc: 'RFC 9112, 9.6',
    why: 'the client counts on it',
    send: (at) => ask(at, 'GET /health/live', ['Connection: close']),
    answers: [{ status: 200, headers: { connection: 'close' } }],
    connection: 'closed'
  },
  {
    name: 'Connection: close with what is refused',
    rfc: 'RFC 9112, 9.6',
    why: 'the client is told that it will be closed as it asked',
    send: (at) => asAna(at, `POST ${messages(at)}`, [json, 'Connection: close'], '{}'),
    answers: [{ status: 422, code: 'invalid-body', headers: { connection: 'close' } }],
    connection: 'closed'
  },
  {
    name: 'a request behind one that closes',
    rfc: 'RFC 9112, 9.6',
    why: 'after “close” nothing on the connection counts',
    send: (at) => Buffer.concat([ask(at, 'GET /health/live', ['Connection: close']), smuggled(at)]),
    answers: [{ status: 200 }],
    connection: 'closed',
    server: true
  },
  {
    name: 'a request behind one that is refused with its connection',
    rfc: 'RFC 9112, 9.6',
    why: 'its bytes may be the rest of what was refused',
    send: (at) => Buffer.concat([ask(at, 'GET /health/live', [`Host: ${at.host}`]), smuggled(at)]),
    answers: [{ status: 400, code: 'bad-request' }],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'garbage behind a request',
    rfc: 'RFC 9112, 9.3.2',
    why: 'the request was good, so it is answered; the garbage is refused after it',
    send: (at) => Buffer.concat([live(at), Buffer.from('\x16\x03\x01garbage\r\n\r\n')]),
    answers: [{ status: 200 }, { status: 400, code: 'bad-request' }],
    connection: 'closed',
    server: true,
    proxy: 'answers'
  },
  {
    name: 'HTTP/1.0',
    rfc: 'RFC 9112, 9.3',
    why: 'there a connection serves one request, unless both say otherwise',
    send: (at) => old(live(at)),
    answers: [{ status: 200, headers: { 'transfer-encoding': null } }],
    connection: 'closed'
  },
  {
    name: 'HTTP/1.0 that asks to keep the connection',
    rfc: 'RFC 9112, 9.3 and C.2.2',
    why: 'it is kept, and the client is told',
    send: (at) => old(ask(at, 'GET /health/live', ['Connection: keep-alive'])),
    answers: [{ status: 200, headers: { connection: 'keep-alive', 'content-length': /\d/ } }]
  },
  {
    name: 'a wish for WebSocket',
    rfc: 'RFC 9110, 7.8',
    why: 'an upgrade may be ignored, and then the request is answered as it is',
    send: (at) => ask(at, 'GET /health/live', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']),
    answers: [{ status: 200, headers: { upgrade: null } }]
  },
  {
    name: 'a stream over HTTP/1.0',
    rfc: 'RFC 9112, 6.1',
    why: 'HTTP/1.0 knows no chunks: the stream ends with the connection',
    send: (at) => old(follow(at)),
    answers: [{ status: 200, headers: { 'transfer-encoding': null, connection: 'close' }, body: /"ready"/ }],
    connection: 'stream',
    proxy: 'answers'
  },
  {
    name: 'HEAD of a stream',
    rfc: 'RFC 9110, 9.3.2',
    why: 'HEAD ends, also where GET would not',
    send: (at) => asAna(at, `HEAD /v1/rooms/${at.room}/events`, ['Accept: text/event-stream']),
    answers: [{ status: 200, headers: { 'content-type': /^text\/event-stream/ }, head: true }]
  },
  {
    name: 'a request behind an open stream',
    rfc: 'RFC 9112, 9.3.2',
    why: 'its answer could only come in the middle of the stream; it is not carried out either',
    send: (at) => [follow(at), { until: /"synced"/ }, smuggled(at)],
    answers: [{ status: 200, cut: true }],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'garbage behind an open stream',
    rfc: 'RFC 9112, 9.3.2',
    why: 'a refusal would be read as a part of the stream',
    send: (at) => [follow(at), { until: /"synced"/ }, 'nonsense\r\n\r\n'],
    answers: [{ status: 200, cut: true }],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'a request in one go with a stream',
    rfc: 'RFC 9112, 9.3.2',
    why: 'it waits for the end of the stream and is not carried out beside it',
    send: (at) => [
      Buffer.concat([follow(at), smuggled(at)]),
      { until: /"synced"/ },
      say(at, 'seen'),
      { until: /"seen"|\r\n0\r\n/ }
    ],
    answers: [{ status: 200, body: /"synced"/ }],
    connection: 'stream',
    proxy: 'answers'
  },
  {
    name: 'a head that does not come to its end',
    rfc: 'RFC 9110, 15.5.9',
    why: 'else a few clients could hold every connection',
    send: (at) => `GET ${at.path('/')} HTTP/1.1\r\nHost: ${at.host}\r\n`,
    answers: [{ status: 408, code: 'request-timeout' }],
    withinMs: 30_000,
    connection: 'closed',
    server: true,
    proxy: 'answers'
  },
  {
    name: 'a body that does not come to its end',
    rfc: 'RFC 9110, 15.5.9',
    why: 'else a few clients could hold every connection',
    send: (at) =>
      `POST ${at.path(messages(at))} HTTP/1.1\r\nHost: ${at.host}\r\n${bearer(at.ana)}\r\n${json}\r\nContent-Length: 13\r\n\r\n{`,
    answers: [{ status: 408, code: 'request-timeout' }],
    withinMs: 45_000,
    connection: 'closed',
    server: true,
    proxy: 'answers'
  },
  {
    name: 'a second head that does not come to its end',
    rfc: 'RFC 9112, 9.5',
    why: 'a connection that was useful once has no more rights than another',
    send: (at) => Buffer.concat([live(at), Buffer.from('GET ')]),
    answers: [{ status: 200 }, { status: 408, code: 'request-timeout' }],
    withinMs: 30_000,
    connection: 'closed',
    server: true,
    proxy: 'answers'
  }
]
