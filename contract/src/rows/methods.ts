import { asAna, ask, json, message, messages } from '../request.ts'
import type { Row } from '../row.ts'

const notHere = (allow: string) => [{ status: 405, code: 'method-not-allowed', headers: { allow } } as const]

/** What is done with a path. */
export const methods: readonly Row[] = [
  {
    name: 'TRACE',
    rfc: 'RFC 9110, 9.3.8',
    why: 'it would show tokens; known and not here is 405, not 501',
    send: (at) => ask(at, 'TRACE /health/live'),
    answers: notHere('GET, HEAD, OPTIONS'),
    proxy: 'answers'
  },
  {
    name: 'DELETE of a list',
    rfc: 'RFC 9110, 15.5.6',
    why: 'Allow says what is possible instead',
    send: (at) => asAna(at, `DELETE ${messages(at)}`),
    answers: notHere('GET, HEAD, OPTIONS, POST')
  },
  {
    name: 'POST to a message',
    rfc: 'RFC 9110, 15.5.6',
    why: 'Allow says what is possible instead',
    send: (at) => asAna(at, `POST ${message(at, at.message.id)}`, [json], '{"text":"hi"}'),
    answers: notHere('DELETE, GET, HEAD, OPTIONS, PUT')
  },
  {
    name: 'PROPFIND',
    rfc: 'RFC 9110, 9.1',
    why: 'a method of WebDAV is known, but not here',
    send: (at) => ask(at, 'PROPFIND /v1/rooms'),
    answers: [{ status: 405, code: 'method-not-allowed' }]
  },
  {
    name: 'a wrong method without a token',
    rfc: 'RFC 9110, 15.5.6',
    why: 'what is possible is not secret, and 401 would send the client for a token in vain',
    send: (at) => ask(at, `PATCH ${messages(at)}`, [json], '{}'),
    answers: notHere('GET, HEAD, OPTIONS, POST')
  },
  {
    name: 'another method in X-HTTP-Method-Override',
    rfc: 'RFC 9110, 9.1',
    why: 'the method is the one in the request line',
    send: (at) => asAna(at, `GET ${message(at, at.message.id)}`, ['X-HTTP-Method-Override: DELETE']),
    answers: [{ status: 200 }]
  },
  {
    name: 'OPTIONS without a token',
    rfc: 'RFC 9110, 9.3.7',
    why: 'it asks what may be asked',
    send: (at) => ask(at, `OPTIONS ${messages(at)}`),
    answers: [{ status: 204, headers: { allow: 'GET, HEAD, OPTIONS, POST' } }]
  },
  {
    name: 'OPTIONS of a path that is not there',
    rfc: 'RFC 9110, 9.3.7',
    why: 'there is nothing to have options',
    send: (at) => ask(at, 'OPTIONS /v1/nothing'),
    answers: [{ status: 404, code: 'not-found' }]
  },
  {
    name: 'HEAD of a list',
    rfc: 'RFC 9110, 9.3.2',
    why: 'the head is that of GET, and no body follows',
    send: (at) => asAna(at, `HEAD ${messages(at)}`),
    answers: [{ status: 200, headers: { 'content-length': /^[1-9]/, etag: /^".+"$/, 'content-type': /json/ }, head: true }]
  },
  {
    name: 'HEAD of what is not there',
    rfc: 'RFC 9110, 9.3.2',
    why: 'a refusal of HEAD has no body either',
    send: (at) => ask(at, 'HEAD /v1/nothing'),
    answers: [{ status: 404, headers: { 'content-type': /problem/ }, head: true }]
  },
  {
    name: 'HEAD where there is no GET',
    rfc: 'RFC 9110, 9.3.2',
    why: 'a refusal of HEAD has no body either',
    send: (at) => ask(at, 'HEAD /v1/users'),
    answers: [{ status: 405, headers: { allow: 'OPTIONS, POST' }, head: true }]
  }
]
