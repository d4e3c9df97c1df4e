import { asAna, ask, asLuis, bearer, json, messages } from '../request.ts'
import type { Answer, Row } from '../row.ts'

const expecting = ['Expect: 100-continue', 'Content-Length: 13']
const body = '{"text":"hi"}'
const go: Answer = { status: 100 }
const early = { connection: 'closed', proxy: 'answers' } as const

const unknownExpectations = ['magic', '100-continue, magic']

/** `Expect`: who asks before sending a body. */
export const expectations: readonly Row[] = [
  {
    name: 'who asks before sending a body that is welcome',
    rfc: 'RFC 9110, 10.1.1',
    why: 'without the 100 the client waits, a second or for ever',
    send: (at) => [asAna(at, `POST ${messages(at)}`, [json, ...expecting]), { until: /100 Continue/ }, body],
    answers: [go, { status: 201 }]
  },
  {
    name: 'who asks, and does not wait',
    rfc: 'RFC 9110, 10.1.1',
    why: 'the body may come along with the question',
    send: (at) => Buffer.concat([asAna(at, `POST ${messages(at)}`, [json, ...expecting]), Buffer.from(body)]),
    answers: [go, { status: 201 }],
    proxy: 'answers'
  },
  {
    name: 'who asks with chunks to come',
    rfc: 'RFC 9110, 10.1.1',
    why: 'the length need not be known',
    send: (at) => [
      asAna(at, `POST ${messages(at)}`, [json, 'Expect: 100-Continue', 'Transfer-Encoding: chunked']),
      { until: /100 Continue/ },
      `d\r\n${body}\r\n0\r\n\r\n`
    ],
    answers: [go, { status: 201 }]
  },
  {
    name: 'who asks for a path that is not there',
    rfc: 'RFC 9110, 10.1.1',
    why: 'the body would be sent for nothing',
    send: (at) => ask(at, 'POST /nothing', [json, ...expecting]),
    answers: [{ status: 404, code: 'not-found', headers: { connection: 'close' } }],
    ...early
  },
  {
    name: 'who asks with a method that is not possible',
    rfc: 'RFC 9110, 10.1.1',
    why: 'the body would be sent for nothing',
    send: (at) => ask(at, 'POST /health/live', [json, ...expecting]),
    answers: [{ status: 405, code: 'method-not-allowed', headers: { connection: 'close' } }],
    ...early
  },
  {
    name: 'who asks without a token',
    rfc: 'RFC 9110, 10.1.1',
    why: 'the body would be sent for nothing',
    send: (at) => ask(at, `POST ${messages(at)}`, [json, ...expecting]),
    answers: [{ status: 401, code: 'unauthorized', headers: { connection: 'close' } }],
    ...early
  },
  {
    name: 'who asks for a room that he may not see',
    rfc: 'RFC 9110, 10.1.1',
    why: 'the body would be sent for nothing',
    send: (at) => asLuis(at, `POST /v1/rooms/${at.hidden}/messages`, [json, ...expecting]),
    answers: [{ status: 404, code: 'room-not-found', headers: { connection: 'close' } }],
    ...early
  },
  {
    name: 'who asks with a type that is not taken',
    rfc: 'RFC 9110, 10.1.1',
    why: 'the body would be sent for nothing',
    send: (at) => asAna(at, `POST ${messages(at)}`, ['Content-Type: image/png', ...expecting]),
    answers: [{ status: 415, code: 'unsupported-media-type', headers: { connection: 'close' } }],
    ...early
  },
  {
    name: 'who asks before sending too much',
    rfc: 'RFC 9110, 10.1.1',
    why: 'the body would be sent for nothing',
    send: (at) => asAna(at, `POST ${messages(at)}`, [json, 'Expect: 100-continue', 'Content-Length: 99999999']),
    answers: [{ status: 413, code: 'content-too-large' }],
    ...early
  },
  {
    name: 'who asks, and has no body',
    rfc: 'RFC 9110, 10.1.1',
    why: 'there is nothing to go on with',
    send: (at) => asAna(at, `POST ${messages(at)}`, [json, 'Expect: 100-continue', 'Content-Length: 0']),
    answers: [{ status: 422, code: 'invalid-body' }],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'who asks in HTTP/1.0',
    rfc: 'RFC 9110, 10.1.1',
    why: 'HTTP/1.0 knows no 100, so it would be taken for the answer',
    send: (at) =>
      `POST ${at.path(messages(at))} HTTP/1.0\r\nHost: ${at.host}\r\n${bearer(at.ana)}\r\n${json}\r\n${expecting.join('\r\n')}\r\n\r\n${body}`,
    answers: [{ status: 201 }],
    connection: 'closed',
    proxy: 'answers'
  },
  ...unknownExpectations.map(
    (expected): Row => ({
      name: `the expectation “${expected}”`,
      rfc: 'RFC 9110, 15.5.18',
      why: 'what cannot be met must not be ignored, and the body may come or not',
      send: (at) => asAna(at, `POST ${messages(at)}`, [json, `Expect: ${expected}`, 'Content-Length: 13']),
      answers: [{ status: 417, code: 'expectation-failed' }],
      connection: 'closed',
      proxy: 'answers'
    })
  )
]
