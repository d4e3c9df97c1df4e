import type { Ground } from '../ground.ts'
import { asAna, ask, asLuis, bearer, json, messages } from '../request.ts'
import type { Row } from '../row.ts'

const from = (host: string, at: Ground, line: string) => {
  const [method, path = ''] = line.split(' ')
  return `${method} ${at.path(path)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`
}
const evil = 'Origin: https://evil.example.com'

/** Two faults at once: which of them is told. */
export const precedence: readonly Row[] = [
  {
    name: 'a URL that is too long, and a Host that is not ours',
    rfc: 'RFC 9110, 15.5.15',
    why: 'what cannot be read is not judged any further',
    send: (at) => from('rebound.example.com', at, `GET /${'x'.repeat(9_000)}`),
    answers: [{ status: 414, code: 'uri-too-long' }],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'a Host that is not ours, and a path that is not there',
    rfc: 'RFC 9110, 15.5.20',
    why: 'who is not addressed does not say what there is',
    send: (at) => from('rebound.example.com', at, 'GET /nothing'),
    answers: [{ status: 421, code: 'misdirected' }],
    proxy: 'answers'
  },
  {
    name: 'a path that is not there, and a foreign page',
    rfc: 'RFC 9110, 15.5.5',
    why: 'nothing can be done there by anybody',
    send: (at) => ask(at, 'POST /v1/nothing', [json, evil], '{}'),
    answers: [{ status: 404, code: 'not-found' }]
  },
  {
    name: 'a method that is not possible, and a foreign page',
    rfc: 'RFC 9110, 15.5.6',
    why: 'it is not possible for anybody',
    send: (at) => ask(at, `PATCH ${messages(at)}`, [json, evil], '{}'),
    answers: [{ status: 405, code: 'method-not-allowed' }]
  },
  {
    name: 'a foreign page without a token',
    rfc: 'RFC 9110, 15.5.4',
    why: 'a token would not help',
    send: (at) => ask(at, `POST ${messages(at)}`, [json, evil], '{"text":"hi"}'),
    answers: [{ status: 403, code: 'origin-refused' }]
  },
  {
    name: 'no token, and a type that is not taken',
    rfc: 'RFC 9110, 15.5.2',
    why: 'who may not send is not told how',
    send: (at) => ask(at, `POST ${messages(at)}`, ['Content-Type: image/png'], 'x'),
    answers: [{ status: 401, code: 'unauthorized' }]
  },
  {
    name: 'no token, and a body that is too large',
    rfc: 'RFC 9110, 15.5.2',
    why: 'who may not send is not told how much; and the body is not read to its end',
    send: (at) => [
      ask(at, `POST ${messages(at)}`, [json, 'Content-Length: 99999999']),
      { until: /\r\n\r\n\{.*\}$/ },
      'x'.repeat(100_000)
    ],
    answers: [{ status: 401, code: 'unauthorized' }],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'a type that is not taken, and a body that is not JSON',
    rfc: 'RFC 9110, 15.5.16',
    why: 'it was not said to be JSON',
    send: (at) => asAna(at, `POST ${messages(at)}`, ['Content-Type: image/png'], '{'),
    answers: [{ status: 415, code: 'unsupported-media-type' }]
  },
  {
    name: 'a body that is not JSON, for a room that is not there',
    rfc: 'RFC 9110, 15.5.1',
    why: 'what was asked is read before rooms are looked up',
    send: (at) => asAna(at, 'POST /v1/rooms/nowhere/messages', [json], '{'),
    answers: [{ status: 400, code: 'invalid-json' }]
  },
  {
    name: 'a body that is not valid, for a room that is not there',
    rfc: 'RFC 9110, 15.5.21',
    why: 'the store decides last, on what is committed',
    send: (at) => asAna(at, 'POST /v1/rooms/nowhere/messages', [json], '{}'),
    answers: [{ status: 422, code: 'invalid-body' }]
  },
  {
    name: 'a stale condition on a message of somebody else',
    rfc: 'RFC 9110, 13.2.1',
    why: 'a condition only counts where the request would have been carried out',
    send: (at) => asLuis(at, `PUT ${messages(at)}/${at.changed.id}`, [json, `If-Match: ${at.changed.oldTag}`], '{"text":"hi"}'),
    answers: [{ status: 403, code: 'not-author' }]
  },
  {
    name: 'a stale condition on a deleted message',
    rfc: 'RFC 9110, 13.2.1',
    why: 'a condition only counts where the request would have been carried out',
    send: (at) => ask(at, `DELETE ${messages(at)}/${at.deleted.id}`, [bearer(at.ana), 'If-Match: "x.1"']),
    answers: [{ status: 410, code: 'message-deleted' }]
  }
]
