import { asAna, json, message, messages } from '../request.ts'
import type { Row } from '../row.ts'

const mine = (tag: string) => `If-Match: ${tag}`
const known = (tag: string) => `If-None-Match: ${tag}`

const notPages = [
  'limit=0',
  'limit=201',
  'limit=abc',
  'limit=1e1',
  'limit=',
  'before=-1',
  'before=99999999999999999999',
  'before=1&after=1',
  'after=%D9%A1'
]
const notIds = ['0', '-1', '1e3', '01', '1.0', '9007199254740993', '9223372036854775808', '%D9%A1', 'abc', '999999999']

/** Entity tags, conditions and pages. */
export const versions: readonly Row[] = [
  {
    name: 'a message',
    rfc: 'RFC 9110, 8.8.3',
    why: 'its ETag makes safe edits and cheap reading possible',
    send: (at) => asAna(at, `GET ${message(at, at.message.id)}`),
    answers: [{ status: 200, headers: { etag: /^"[0-9a-z]{8,16}\.\d+"$/, 'cache-control': 'private, no-cache' } }]
  },
  {
    name: 'a version that the reader has',
    rfc: 'RFC 9110, 15.4.5',
    why: 'nothing is sent twice',
    send: (at) => asAna(at, `GET ${message(at, at.message.id)}`, [known(at.message.tag)]),
    answers: [{ status: 304, headers: { 'cache-control': 'private, no-cache' } }]
  },
  {
    name: 'a list of versions, weak ones too',
    rfc: 'RFC 9110, 13.1.2',
    why: 'for reading, weak comparison is enough',
    send: (at) => asAna(at, `GET ${message(at, at.message.id)}`, [known(`"other", W/${at.message.tag}`)]),
    answers: [{ status: 304 }]
  },
  {
    name: 'any version',
    rfc: 'RFC 9110, 13.1.2',
    why: '* is every version',
    send: (at) => asAna(at, `GET ${message(at, at.message.id)}`, [known('*')]),
    answers: [{ status: 304 }]
  },
  {
    name: 'a version that is not the present one',
    rfc: 'RFC 9110, 13.1.2',
    why: 'what changed is sent',
    send: (at) => asAna(at, `GET ${message(at, at.changed.id)}`, [known(at.changed.oldTag)]),
    answers: [{ status: 200 }]
  },
  {
    name: 'HEAD with a version that the reader has',
    rfc: 'RFC 9110, 13.1.2',
    why: 'HEAD is answered as GET is',
    send: (at) => asAna(at, `HEAD ${message(at, at.message.id)}`, [known(at.message.tag)]),
    answers: [{ status: 304, head: true }]
  },
  {
    name: 'an edit of the version that it was read in',
    rfc: 'RFC 9110, 13.1.1',
    why: 'nobody changed it meanwhile',
    send: (at) => asAna(at, `PUT ${message(at, at.message.id)}`, [json, mine(`"x.1", ${at.message.tag}`)], '{"text":"first"}'),
    answers: [{ status: 200, headers: { etag: /^".+"$/ } }]
  },
  {
    name: 'an edit of a version that was changed meanwhile',
    rfc: 'RFC 9110, 15.5.13',
    why: 'no edit is lost under another; the present version comes along',
    send: (at) => asAna(at, `PUT ${message(at, at.changed.id)}`, [json, mine(at.changed.oldTag)], '{"text":"lost"}'),
    answers: [{ status: 412, code: 'stale', headers: { etag: /^".+"$/ }, body: /"current":\{/ }]
  },
  {
    name: 'an edit of a version by its weak tag',
    rfc: 'RFC 9110, 13.1.1',
    why: 'for changes, only strong comparison will do',
    send: (at) => asAna(at, `PUT ${message(at, at.changed.id)}`, [json, mine(`W/${at.changed.tag}`)], '{"text":"lost"}'),
    answers: [{ status: 412, code: 'stale' }]
  },
  {
    name: 'a deletion of a version that was changed meanwhile',
    rfc: 'RFC 9110, 13.1.1',
    why: 'what is deleted is what was read',
    send: (at) => asAna(at, `DELETE ${message(at, at.changed.id)}`, [mine(at.changed.oldTag)]),
    answers: [{ status: 412, code: 'stale' }]
  },
  {
    name: 'a condition without quotes',
    rfc: 'RFC 9110, 8.8.3',
    why: 'ignored, it would be no condition at all',
    send: (at) => asAna(at, `PUT ${message(at, at.changed.id)}`, [json, mine('57')], '{"text":"lost"}'),
    answers: [{ status: 400, code: 'invalid-header' }]
  },
  {
    name: 'a part of a message',
    rfc: 'RFC 9110, 14.2',
    why: 'Range may be ignored, and then the whole is 200',
    send: (at) => asAna(at, `GET ${message(at, at.message.id)}`, ['Range: bytes=0-3']),
    answers: [{ status: 200, headers: { 'content-range': null } }]
  },
  {
    name: 'the newest page of one message',
    rfc: 'RFC 8288, 3',
    why: 'Link leads to the page before it',
    send: (at) => asAna(at, `GET ${messages(at)}?limit=1`),
    answers: [{ status: 200, headers: { link: /^<[^>]*\?limit=1&before=\d+>; rel="prev"$/ } }]
  },
  {
    name: 'a page in the middle',
    rfc: 'RFC 8288, 3',
    why: 'Link leads both ways',
    send: (at) => asAna(at, `GET ${messages(at)}?limit=1&around=${at.changed.id}`),
    answers: [{ status: 200, headers: { link: /rel="prev".*rel="next"/ } }]
  },
  ...notPages.map(
    (query): Row => ({
      name: `the page ?${query}`,
      rfc: 'RFC 9110, 15.5.1',
      why: 'a page is asked for in plain digits, at one place',
      send: (at) => asAna(at, `GET ${messages(at)}?${query}`),
      answers: [{ status: 400, code: 'invalid-query' }]
    })
  ),
  ...notIds.map(
    (id): Row => ({
      name: `the message ${id}`,
      rfc: 'RFC 9110, 15.5.5',
      why: 'what is not the id of a message names none',
      send: (at) => asAna(at, `GET ${message(at, id)}`),
      answers: [{ status: 404, code: 'message-not-found' }]
    })
  ),
  {
    name: 'a deleted message',
    rfc: 'RFC 9110, 15.5.11',
    why: 'it was there, and is gone',
    send: (at) => asAna(at, `GET ${message(at, at.deleted.id)}`),
    answers: [{ status: 410, code: 'message-deleted' }]
  },
  {
    name: 'a second deletion',
    rfc: 'RFC 9110, 15.5.11',
    why: 'a repeated DELETE learns that it is done',
    send: (at) => asAna(at, `DELETE ${message(at, at.deleted.id)}`),
    answers: [{ status: 410, code: 'message-deleted' }]
  }
]
