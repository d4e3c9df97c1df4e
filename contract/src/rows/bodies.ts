import type { Ground } from '../ground.ts'
import { asAna, ask, json, messages } from '../request.ts'
import type { Row } from '../row.ts'

const send = (at: Ground, type: string, body: string | Buffer, fields: string[] = []) =>
  asAna(at, `POST ${messages(at)}`, [`Content-Type: ${type}`, ...fields], body)
const sendJson = (at: Ground, body: string | Buffer) => send(at, 'application/json', body)

const invalid = (body: RegExp) => [{ status: 422, code: 'invalid-body', body } as const]
const form = 'application/x-www-form-urlencoded'

const waysToSend: [how: string, type: string, body: string][] = [
  ['as JSON', 'application/json', '{"text":"hi"}'],
  ['as JSON, and says UTF-8', 'application/json; charset="UTF-8"', '{"text":"¿qué tal?"}'],
  ['as plain text', 'text/plain', 'hi'],
  ['as the form of curl -d', form, 'text=hi+there%21']
]
const typesNotTaken = ['application/xml', 'application/merge-patch+json', 'multipart/form-data; boundary=x', 'json']
const notMessages: [what: string, json: string, says: RegExp][] = [
  ['a list', '[]', /object/],
  ['null', 'null', /object/],
  ['an object without a text', '{}', /#\/text/],
  ['a text that is a number', '{"text":5}', /#\/text/],
  ['a text that is null', '{"text":null}', /#\/text/],
  ['an empty text', '{"text":""}', /#\/text/],
  ['a text of nothing visible', '{"text":"\\u200b \\n"}', /#\/text/],
  ['a text of 4,001 characters', JSON.stringify({ text: 'x'.repeat(4_001) }), /4000/],
  ['half of a surrogate pair', '{"text":"\\ud800"}', /#\/text/],
  ['NUL in a text', '{"text":"a\\u0000b"}', /#\/text/],
  ['a member that is not known', '{"text":"hi","auhtor":"luis"}', /#\/auhtor/],
  ['__proto__', '{"text":"hi","__proto__":{"admin":true}}', /__proto__/]
]
/** Not for how many days a room keeps what is written; a whole number from 1 to 3,650 is, and null is for ever. */
const notDays = ['0', '3651', '1.5', '-1', '"30"', 'true', '[]']

/** What is sent along. */
export const bodies: readonly Row[] = [
  ...waysToSend.map(
    ([how, type, body]): Row => ({
      name: `a text that comes ${how}`,
      rfc: 'RFC 9110, 8.3',
      why: 'these are the ways to send one',
      send: (at) => send(at, type, body),
      answers: [{ status: 201, headers: { location: /\/messages\/\d+$/, etag: /^".+\.\d+"$/ } }]
    })
  ),
  {
    name: 'a body without a type',
    rfc: 'RFC 9110, 8.3',
    why: 'nothing is guessed',
    send: (at) => asAna(at, `POST ${messages(at)}`, [], '{"text":"hi"}'),
    answers: [{ status: 415, code: 'unsupported-media-type', headers: { accept: /application\/json/ } }]
  },
  ...typesNotTaken.map(
    (type): Row => ({
      name: `a body of type ${type}`,
      rfc: 'RFC 9110, 15.5.16',
      why: 'the client learns which are taken',
      send: (at) => send(at, type, '{"text":"hi"}'),
      answers: [{ status: 415, code: 'unsupported-media-type', headers: { accept: /application\/json/ } }]
    })
  ),
  {
    name: 'two types',
    rfc: 'RFC 9110, 5.3',
    why: 'each would be another text',
    send: (at) => send(at, 'application/json', '{"text":"hi"}', ['Content-Type: text/plain']),
    answers: [{ status: 400, code: 'bad-request' }],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'a body in ISO-8859-1',
    rfc: 'RFC 9110, 15.5.16',
    why: 'its letters would become others',
    send: (at) => send(at, 'application/json; charset=iso-8859-1', '{"text":"hi"}'),
    answers: [{ status: 415, code: 'unsupported-media-type' }]
  },
  {
    name: 'a compressed body',
    rfc: 'RFC 9110, 12.5.3',
    why: 'the client learns that only identity is taken',
    send: (at) => send(at, 'application/json', '{"text":"hi"}', ['Content-Encoding: gzip']),
    answers: [{ status: 415, code: 'unsupported-media-type', headers: { 'accept-encoding': 'identity' } }]
  },
  {
    name: 'a body that is not JSON',
    rfc: 'RFC 8259, 2',
    why: 'that is syntax: 400',
    send: (at) => sendJson(at, '{"text":"hi"'),
    answers: [{ status: 400, code: 'invalid-json' }]
  },
  {
    name: 'a body that is not UTF-8',
    rfc: 'RFC 8259, 8.1',
    why: 'what is not text is not repaired to question marks',
    send: (at) => sendJson(at, Buffer.from('7b2274657874223a22ff227d', 'hex')),
    answers: [{ status: 400, code: 'invalid-encoding' }]
  },
  {
    name: 'a form that is not UTF-8',
    rfc: 'RFC 3986, 2.5',
    why: 'what is not text is not repaired to question marks',
    send: (at) => send(at, form, 'text=%ff'),
    answers: [{ status: 400, code: 'invalid-encoding' }]
  },
  {
    name: 'no body',
    rfc: 'RFC 9110, 15.5.21',
    why: 'what is missing is named',
    send: (at) => asAna(at, `POST ${messages(at)}`, [json], ''),
    answers: invalid(/text/)
  },
  ...notMessages.map(
    ([what, json, says]): Row => ({
      name: `a body that is ${what}`,
      rfc: 'RFC 9110, 15.5.21; RFC 6901, 6',
      why: 'JSON it is, but no message: the pointer says where',
      send: (at) => sendJson(at, json),
      answers: invalid(says)
    })
  ),
  ...notDays.map(
    (days): Row => ({
      name: `${days} as the number of days that a room keeps what is written`,
      rfc: 'RFC 9110, 15.5.21',
      why: 'a number that is taken for another one would erase too much',
      send: (at) => asAna(at, `PATCH /v1/rooms/${at.room}`, [json], `{"retainDays":${days}}`),
      answers: invalid(/#\/retainDays/)
    })
  ),
  {
    name: 'a room that is to keep what is written for ever, as it does',
    rfc: 'RFC 9110, 9.2.2',
    why: 'nothing changes, and the setting is in the answer',
    send: (at) => asAna(at, `PATCH /v1/rooms/${at.room}`, [json], '{"retainDays":null}'),
    answers: [{ status: 200, body: /"retainDays":null/, headers: { etag: /^".+\.\d+"$/ } }]
  },
  {
    name: 'lists in lists, 30,000 deep',
    rfc: 'RFC 8259, 9',
    why: 'depth must not end in a stack overflow',
    send: (at) => sendJson(at, `{"text":${'['.repeat(30_000)}${']'.repeat(30_000)}}`),
    answers: [{ status: 422, code: 'invalid-body' }]
  },
  {
    name: 'a text in 4,000 letters of four bytes',
    rfc: 'RFC 8259, 8.1',
    why: 'letters are counted, not bytes',
    send: (at) => sendJson(at, JSON.stringify({ text: '🜚'.repeat(4_000) })),
    answers: [{ status: 201 }]
  },
  {
    name: 'markup, control sequences and letters from right to left',
    rfc: 'RFC 9110, 15.3.2',
    why: 'a text is kept as it is; who shows it makes it harmless',
    send: (at) => sendJson(at, '{"text":"<script>\\u001b[31m\\u202etxt.exe\\u2066"}'),
    answers: [{ status: 201, body: /<script>/ }]
  },
  {
    name: 'the words of SQL',
    rfc: 'RFC 9110, 15.3.2',
    why: 'they are words',
    send: (at) => sendJson(at, `{"text":"'); DROP TABLE message; --"}`),
    answers: [{ status: 201, body: /DROP TABLE/ }]
  },
  {
    name: 'a name that is taken',
    rfc: 'RFC 9110, 15.5.10',
    why: 'first come, first served',
    send: (at) => ask(at, 'POST /v1/users', [json], JSON.stringify({ name: at.anaName.toUpperCase() })),
    answers: [{ status: 409, code: 'name-taken' }]
  }
]
