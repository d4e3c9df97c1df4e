import type { Ground } from '../ground.ts'
import { asAna, ask, messages } from '../request.ts'
import type { Row } from '../row.ts'

const live = (at: Ground, fields: string[]) => ask(at, 'GET /health/live', fields)
const many = (count: number) => Array.from({ length: count }, (_, i) => `X-${i}: x`)
const tooLarge = [{ status: 431, code: 'headers-too-large' } as const]

/** Sizes of the header section, and the choice between forms of an answer. */
export const headers: readonly Row[] = [
  {
    name: 'a header section of 15 KiB',
    rfc: 'RFC 6585, 5',
    why: 'that much is promised',
    send: (at) =>
      live(
        at,
        Array.from({ length: 15 }, (_, i) => `X-${i}: ${'x'.repeat(1015)}`)
      ),
    answers: [{ status: 200 }],
    proxy: 'answers'
  },
  {
    name: 'a header section of 17 KiB',
    rfc: 'RFC 6585, 5',
    why: 'and not much more',
    send: (at) => live(at, [`X: ${'x'.repeat(17 * 1024)}`]),
    answers: tooLarge,
    connection: 'closed',
    proxy: 'answers',
    server: true
  },
  {
    name: 'a header section of 100 KiB',
    rfc: 'RFC 6585, 5',
    why: 'its end is not waited for',
    send: (at) => live(at, [`X: ${'x'.repeat(100 * 1024)}`]),
    answers: tooLarge,
    connection: 'closed',
    proxy: 'answers',
    server: true
  },
  {
    name: '99 header fields beside Host',
    rfc: 'RFC 6585, 5',
    why: 'that many are promised',
    send: (at) => live(at, many(99)),
    answers: [{ status: 200 }],
    proxy: 'answers'
  },
  {
    name: '100 header fields beside Host',
    rfc: 'RFC 6585, 5',
    why: 'each one costs more than its bytes',
    send: (at) => live(at, many(100)),
    answers: tooLarge,
    connection: 'closed',
    proxy: 'answers'
  },
  {
    name: '2,500 header fields',
    rfc: 'RFC 6585, 5',
    why: 'those that a parser drops could be the ones that matter',
    send: (at) =>
      live(
        at,
        Array.from({ length: 2_500 }, () => 'X:')
      ),
    answers: tooLarge,
    connection: 'closed',
    server: true, // from Node 22 on
    proxy: 'answers'
  },
  {
    name: 'the front page for a terminal',
    rfc: 'RFC 9110, 12.5.1',
    why: 'curl sends */* and gets text; caches are told that it depends',
    send: (at) => ask(at, 'GET /', ['Accept: */*']),
    answers: [{ status: 200, headers: { 'content-type': /^text\/plain/, vary: /accept/i } }]
  },
  {
    name: 'the front page for a browser',
    rfc: 'RFC 9110, 12.5.1',
    why: 'and nothing from elsewhere may run in it',
    send: (at) => ask(at, 'GET /', ['Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8']),
    answers: [
      {
        status: 200,
        headers: { 'content-type': /^text\/html/, vary: /accept/i, 'content-security-policy': /default-src 'none'/ }
      }
    ]
  },
  {
    name: 'the front page as a picture',
    rfc: 'RFC 9110, 15.5.7',
    why: 'there is none',
    send: (at) => ask(at, 'GET /', ['Accept: image/png']),
    answers: [{ status: 406, code: 'not-acceptable' }]
  },
  {
    name: 'a weight of nothing',
    rfc: 'RFC 9110, 12.4.2',
    why: 'q=0 means: not that one',
    send: (at) => ask(at, 'GET /', ['Accept: text/plain;q=0, */*;q=0.1']),
    answers: [{ status: 200, headers: { 'content-type': /^text\/html/ } }]
  },
  {
    name: 'another spelling of a room',
    rfc: 'RFC 9110, 15.4.9',
    why: 'the name is found, its one address is told, and the method stays',
    send: (at) => asAna(at, `GET ${messages(at).replace('Contract', 'CONTRACT')}?limit=1`),
    answers: [{ status: 308, headers: { location: /\/v1\/rooms\/Contract-\w+\/messages\?limit=1$/ } }]
  }
]
