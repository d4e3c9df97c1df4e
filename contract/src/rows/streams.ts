import type { Ground } from '../ground.ts'
import { asAna, ask, asLuis } from '../request.ts'
import type { Answer, Row } from '../row.ts'

const sse = 'Accept: text/event-stream'
const lines = 'Accept: application/x-ndjson'
const events = (at: Ground, fields: string[], query = '') => asAna(at, `GET /v1/rooms/${at.room}/events${query}`, fields)

const invalid: Answer[] = [{ status: 400, code: 'cursor-invalid' }]
const expired: Answer[] = [{ status: 410, code: 'cursor-expired', body: /"cursor":"/ }]

const notCursors = [
  'abc',
  '-1',
  '1',
  '1e3',
  '%D9%A2',
  'a.b.c',
  '.5',
  'EPOCH.',
  'EPOCH.-1',
  'EPOCH.01',
  'EPOCH.9007199254740993',
  'EPOCH.1%00'
]

/** The live log, and where in it a reader begins. */
export const streams: readonly Row[] = [
  {
    name: 'a stream for a browser',
    rfc: 'WHATWG HTML, 9.2',
    why: 'nothing on the way may keep it back, store it or change it',
    send: (at) => events(at, [sse], '?after=0'),
    answers: [
      {
        status: 200,
        headers: {
          'content-type': /^text\/event-stream/,
          'cache-control': 'no-store, no-transform',
          vary: /accept/i,
          'content-length': null
        },
        body: /^retry: \d+\n\n?.*event: ready\ndata: \{.*\nid: [0-9a-z]+\.1\ndata: \{"seq":1,/s
      }
    ],
    connection: 'stream'
  },
  {
    name: 'a stream for a program',
    rfc: 'RFC 9110, 12.5.1',
    why: 'one object a line',
    send: (at) => events(at, [lines], '?after=0'),
    answers: [
      {
        status: 200,
        headers: { 'content-type': /^application\/x-ndjson/, vary: /accept/i },
        body: /^\{"type":"ready".*\}\n\{"seq":1,/s
      }
    ],
    connection: 'stream'
  },
  {
    name: 'the log, asked for plainly',
    rfc: 'RFC 9110, 12.5.1',
    why: 'a GET that says nothing must not hang',
    send: (at) => events(at, [], '?after=0&limit=2'),
    answers: [
      {
        status: 200,
        headers: { 'content-type': /^application\/json/, vary: /accept/i },
        body: /^\{"events":\[\{"seq":1,.*"more":true\}$/
      }
    ]
  },
  {
    name: 'a page of events to wait for',
    rfc: 'RFC 7240, 3',
    why: 'the preference that was honoured is named',
    send: (at) => events(at, ['Prefer: wait=1', 'Accept: application/json'], `?after=now`),
    answers: [{ status: 200, headers: { 'preference-applied': /wait=1/ }, body: /"events":\[/ }]
  },
  {
    name: 'two rooms on one connection',
    rfc: 'RFC 9110, 12.5.1',
    why: 'each has its own cursor',
    send: (at) => asAna(at, `GET /v1/events?after=${at.room}:0,${at.hidden}:0`, [lines]),
    answers: [{ status: 200, body: /"room":"Contract-.*"room":"hidden-/s }],
    connection: 'stream'
  },
  {
    name: 'two rooms, one with a cursor that has expired',
    rfc: 'RFC 9110, 15.5.11',
    why: 'the pointer says which',
    send: (at) => asAna(at, `GET /v1/events?after=${at.room}:0,${at.hidden}:abcdefgh.1`, [lines]),
    answers: [{ status: 410, code: 'cursor-expired', body: /"pointer":"[^"]*hidden-/ }]
  },
  {
    name: 'the log of a user, beside a room',
    rfc: 'RFC 3986, 3.4',
    why: 'an at sign may stand in a query as it is',
    send: (at) => asAna(at, `GET /v1/events?after=${at.room}:now,@me:0&limit=1`, []),
    answers: [{ status: 200, body: /"type":"membership\.joined","room":"@me".*"cursors":\{.*"@me":"/ }]
  },
  {
    name: 'the log of a user, at a place that it has not reached',
    rfc: 'RFC 9110, 15.5.11',
    why: 'its cursors are those of any log',
    send: (at) => asAna(at, `GET /v1/events?after=%40me:${at.epoch}.999999999`, [sse]),
    answers: [{ status: 410, code: 'cursor-expired', body: /"pointer":"[^"]*@me","[^}]*"cursor":"/ }]
  },
  {
    name: 'the log of a user, asked for as a room',
    rfc: 'RFC 9110, 15.5.5',
    why: 'no room has that name',
    send: (at) => asAna(at, 'GET /v1/rooms/@me/events', []),
    answers: [{ status: 404, code: 'room-not-found' }]
  },
  {
    name: 'the log in a form that it does not have',
    rfc: 'RFC 9110, 15.5.7',
    why: 'better refused than misread',
    send: (at) => events(at, ['Accept: image/png']),
    answers: [{ status: 406, code: 'not-acceptable', headers: { vary: /accept/i } }]
  },
  {
    name: 'a stream without a token',
    rfc: 'RFC 9110, 15.5.2',
    why: 'it is refused before it begins',
    send: (at) => ask(at, `GET /v1/rooms/${at.room}/events`, [sse]),
    answers: [{ status: 401, code: 'unauthorized' }]
  },
  {
    name: 'a stream of a private room, for an outsider',
    rfc: 'RFC 9110, 15.5.5',
    why: 'it is answered as a room that is not there',
    send: (at) => asLuis(at, `GET /v1/rooms/${at.hidden}/events`, [sse]),
    answers: [{ status: 404, code: 'room-not-found' }]
  },
  ...notCursors.map(
    (cursor): Row => ({
      name: `the cursor ${cursor}`,
      rfc: 'RFC 9110, 15.5.1',
      why: 'a cursor is 0, now, or one that this server gave',
      send: (at) => events(at, [sse], `?after=${cursor.replace('EPOCH', at.epoch)}`),
      answers: invalid
    })
  ),
  {
    name: 'a Last-Event-ID that is not a cursor',
    rfc: 'WHATWG HTML, 9.2.4',
    why: 'from where it would go on nobody knows',
    send: (at) => events(at, [sse, 'Last-Event-ID: abc']),
    answers: invalid
  },
  {
    name: 'a cursor beyond the end',
    rfc: 'RFC 9110, 15.5.11',
    why: 'waiting there would be a stream that hangs in silence',
    send: (at) => events(at, [sse], `?after=${at.epoch}.999999999`),
    answers: expired
  },
  {
    name: 'a cursor of another life of the log',
    rfc: 'RFC 9110, 15.5.11',
    why: 'its numbers mean other events; the new head comes along',
    send: (at) => events(at, [sse], '?after=abcdefgh.1'),
    answers: expired
  },
  {
    name: 'Last-Event-ID beside a cursor in the URL',
    rfc: 'WHATWG HTML, 9.2.4',
    why: 'a browser that comes back sends the old URL and the newer field',
    send: (at) => events(at, [lines, `Last-Event-ID: ${at.epoch}.2`], '?after=0'),
    answers: [{ status: 200, body: /^\{"type":"ready".*\.2"\}\n\{"seq":3,/ }],
    connection: 'stream'
  }
]
