import { asAna, ask, asLuis, bearer, json, messages } from '../request.ts'
import type { Row } from '../row.ts'

const origin = (url: string) => ['Content-Type: application/json', `Origin: ${url}`]
const hi = '{"text":"hi"}'

/** Who asks, from where, and whom. */
export const identity: readonly Row[] = [
  {
    name: 'no token',
    rfc: 'RFC 9110, 15.5.2',
    why: 'the client learns how to sign in',
    send: (at) => ask(at, 'GET /v1/rooms'),
    answers: [{ status: 401, code: 'unauthorized', headers: { 'www-authenticate': 'Bearer realm="Tertulia"' } }]
  },
  {
    name: 'a token that is not valid',
    rfc: 'RFC 6750, 3.1',
    why: 'the client learns that another try with it is in vain',
    send: (at) => ask(at, 'GET /v1/rooms', [bearer('tt_nonsense')]),
    answers: [{ status: 401, code: 'unauthorized', headers: { 'www-authenticate': /^Bearer .*error="invalid_token"/ } }]
  },
  {
    name: 'another scheme of authentication',
    rfc: 'RFC 9110, 11.6.1',
    why: 'a scheme that is not known does not authenticate',
    send: (at) => ask(at, 'GET /v1/rooms', ['Authorization: Basic YW5hOmFuYQ==']),
    answers: [{ status: 401, code: 'unauthorized', headers: { 'www-authenticate': /^Bearer / } }]
  },
  {
    name: 'the scheme in small letters',
    rfc: 'RFC 9110, 11.1',
    why: 'names of schemes are not case-sensitive',
    send: (at) => ask(at, 'GET /v1/rooms', [`authorization: bearer ${at.ana}`]),
    answers: [{ status: 200 }]
  },
  {
    name: 'a token in the URL',
    rfc: 'RFC 6750, 5.3',
    why: 'URLs end up in logs',
    send: (at) => ask(at, `GET /v1/rooms?access_token=${at.ana}`),
    answers: [{ status: 401, code: 'unauthorized' }]
  },
  {
    name: 'two tokens',
    rfc: 'RFC 9110, 5.3',
    why: 'a proxy may have looked at the other one',
    send: (at) => asAna(at, 'GET /v1/rooms', [bearer(at.luis)]),
    answers: [{ status: 400, code: 'bad-request' }],
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: 'a password for a name that nobody has',
    rfc: 'RFC 9110, 15.5.2',
    why: 'it is answered as a wrong password is: nobody learns which names there are',
    send: (at) => ask(at, 'POST /v1/sessions', [json], '{"name":"nobody-at-all","password":"letmein-123"}'),
    answers: [{ status: 401, code: 'sign-in-failed', headers: { 'www-authenticate': 'Bearer realm="Tertulia"' } }]
  },
  {
    name: 'a code that was guessed',
    rfc: 'RFC 9110, 15.5.2',
    why: 'only a code that was good once is gone',
    send: (at) => ask(at, 'POST /v1/sessions', [json], '{"code":"K7QF29XMHB4T0RZC8W6VDN3GYE"}'),
    answers: [{ status: 401, code: 'sign-in-failed' }]
  },
  {
    name: 'a token that only reads, used to write',
    rfc: 'RFC 6750, 3.1',
    why: 'the token is good: the client learns that it needs another one, not a new sign-in',
    send: (at) => ask(at, `POST ${messages(at)}`, [bearer(at.reader), json], hi),
    answers: [
      { status: 403, code: 'token-scope', headers: { 'www-authenticate': 'Bearer realm="Tertulia", error="insufficient_scope"' } }
    ]
  },
  {
    name: 'a room that neither the token is for nor its user may see',
    rfc: 'RFC 9110, 15.5.5',
    why: 'a bound token tells no more of a private room than any other',
    send: (at) => ask(at, `GET /v1/rooms/${at.room}-not-here`, [bearer(at.reader)]),
    answers: [{ status: 404, code: 'room-not-found' }]
  },
  {
    name: 'a code for another device',
    rfc: 'RFC 9110, 9.3.3',
    why: 'there is nothing to say, so the body may be empty; and nobody keeps a copy of the answer',
    send: (at) => asAna(at, 'POST /v1/links'),
    answers: [{ status: 201, headers: { 'cache-control': 'no-store' }, body: /^{"code":"[0-9A-Z]{26}","expiresAt":"/ }]
  },
  {
    name: 'a private room, asked for by an outsider',
    rfc: 'RFC 9110, 15.5.5',
    why: 'it is answered as a room that is not there',
    send: (at) => asLuis(at, `GET /v1/rooms/${at.hidden}/messages`),
    answers: [{ status: 404, code: 'room-not-found' }]
  },
  {
    name: 'a message of somebody else, to be edited',
    rfc: 'RFC 9110, 15.5.4',
    why: 'who asks is known, and may not',
    send: (at) => asLuis(at, `PUT ${messages(at)}/${at.message.id}`, [json], hi),
    answers: [{ status: 403, code: 'not-author' }]
  },
  {
    name: 'a Host that is not ours',
    rfc: 'RFC 9110, 15.5.20',
    why: 'a page whose name was made to point here must not read or write here (DNS rebinding)',
    send: (at) => `GET ${at.path('/health/live')} HTTP/1.1\r\nHost: rebound.example.com\r\n\r\n`,
    answers: [{ status: 421, code: 'misdirected' }],
    proxy: 'answers'
  },
  {
    name: 'an address in digits as Host',
    rfc: 'RFC 9110, 7.2',
    why: 'rebinding needs a name, and a machine need not know its own address',
    send: (at) => `GET ${at.path('/health/live')} HTTP/1.1\r\nHost: [2001:db8::1]:1543\r\n\r\n`,
    answers: [{ status: 200 }],
    proxy: 'answers'
  },
  {
    name: 'a write by a page of another site',
    rfc: 'WHATWG Fetch, 3.1',
    why: 'nobody else’s page may write through a reader’s browser',
    send: (at) => asAna(at, `POST ${messages(at)}`, origin('https://evil.example.com'), hi),
    answers: [{ status: 403, code: 'origin-refused' }]
  },
  {
    name: 'a write that the browser calls cross-site',
    rfc: 'W3C Fetch Metadata, 2.3',
    why: 'nobody else’s page may write through a reader’s browser',
    send: (at) => asAna(at, `POST ${messages(at)}`, [json, 'Sec-Fetch-Site: cross-site'], hi),
    answers: [{ status: 403, code: 'origin-refused' }]
  },
  {
    name: 'a write by the page at the same address',
    rfc: 'WHATWG Fetch, 3.1',
    why: 'that one is ours',
    send: (at) => asAna(at, `POST ${messages(at)}`, [...origin(at.origin), 'Sec-Fetch-Site: same-origin'], hi),
    answers: [{ status: 201 }]
  },
  {
    name: 'a reading by a page of another site',
    rfc: 'WHATWG Fetch, 3.3.3',
    why: 'it is answered, but the browser is not told to hand it over',
    send: (at) => asAna(at, 'GET /v1/rooms', ['Origin: https://evil.example.com']),
    answers: [{ status: 200, headers: { 'access-control-allow-origin': null, 'access-control-allow-credentials': null } }]
  }
]
