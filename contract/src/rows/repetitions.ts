import type { Ground } from '../ground.ts'
import { asAna, json, messages } from '../request.ts'
import type { Answer, Row } from '../row.ts'

const send = (at: Ground, key: string, text = 'once', fields: string[] = []) =>
  asAna(at, `POST ${messages(at)}`, [json, `Idempotency-Key: ${key}`, ...fields], JSON.stringify({ text }))

/** Each try has a key of its own. */
let tries = 0
const twice = (at: Ground, ...texts: [string, string]) => {
  const key = `twice-${++tries}`
  return Buffer.concat(texts.map((text) => send(at, key, text)))
}

const invalid: Answer[] = [{ status: 400, code: 'invalid-header' }]

/** Requests that may be repeated. */
export const repetitions: readonly Row[] = [
  {
    name: 'the same send twice',
    rfc: 'draft-ietf-httpapi-idempotency-key-header, 2.6',
    why: 'a retry has no second effect',
    send: (at) => twice(at, 'once', 'once'),
    answers: [
      { status: 201, headers: { 'idempotency-replayed': null } },
      { status: 201, headers: { 'idempotency-replayed': 'true' }, body: /"once"/ }
    ]
  },
  {
    name: 'a key that was used for another text',
    rfc: 'draft-ietf-httpapi-idempotency-key-header, 2.7',
    why: 'a bug in the client must not look like success',
    send: (at) => twice(at, 'once', 'something else'),
    answers: [{ status: 201 }, { status: 422, code: 'key-reused' }]
  },
  {
    name: 'a key of 255 characters',
    rfc: 'RFC 9110, 5.5',
    why: 'that long may it be',
    send: (at) => send(at, 'k'.repeat(255)),
    answers: [{ status: 201 }]
  },
  {
    name: 'a key of 256 characters',
    rfc: 'RFC 9110, 15.5.1',
    why: 'cut short, it could be another one',
    send: (at) => send(at, 'k'.repeat(256)),
    answers: invalid
  },
  {
    name: 'a key with a blank',
    rfc: 'RFC 9110, 15.5.1',
    why: 'visible ASCII survives every proxy',
    send: (at) => send(at, 'a b'),
    answers: invalid
  },
  {
    name: 'an empty key',
    rfc: 'RFC 9110, 15.5.1',
    why: 'a variable that was not set must not make all sends the same',
    send: (at) => send(at, ''),
    answers: invalid,
    proxy: 'answers'
  },
  {
    name: 'two keys',
    rfc: 'RFC 9110, 5.3',
    why: 'neither of them is the key',
    send: (at) => send(at, 'one', 'once', ['Idempotency-Key: two']),
    answers: invalid
  }
]
