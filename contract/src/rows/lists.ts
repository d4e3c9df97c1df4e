import type { Ground } from '../ground.ts'
import { asAna, asLuis } from '../request.ts'
import type { Answer, Row } from '../row.ts'

const members = (at: Ground) => `/v1/rooms/${at.room}/members`
/** The private room, in another spelling. */
const hidden = (at: Ground) => encodeURIComponent(at.hidden.toUpperCase())
const refused: Answer[] = [{ status: 400, code: 'invalid-query', body: /"#\/after"/ }]

/** Lists come in pages. */
export const lists: readonly Row[] = [
  {
    name: 'a page of a list that has more',
    rfc: 'RFC 8288, 3',
    why: 'the client is told where to go on, in a form that it need not understand',
    send: (at) => asAna(at, 'GET /v1/rooms?limit=1'),
    answers: [{ status: 200, headers: { link: /^<[^>]*\/v1\/rooms\?limit=1&after=[\w-]+>; rel="next"$/ }, body: /^{"rooms":\[/ }]
  },
  {
    name: 'the last page of a list',
    rfc: 'RFC 8288, 3',
    why: 'there is nothing to go on to',
    send: (at) => asAna(at, `GET ${members(at)}?limit=200`),
    answers: [{ status: 200, headers: { link: null }, body: /"members":\[{"name":"ana-/ }]
  },
  {
    name: 'HEAD of a page that has more',
    rfc: 'RFC 9110, 9.3.2',
    why: 'it has the fields of GET, and costs less',
    send: (at) => asAna(at, 'HEAD /v1/rooms?limit=1'),
    answers: [{ status: 200, headers: { link: /rel="next"$/ }, head: true }]
  },
  {
    name: 'a room of mine by the beginning of its name',
    rfc: 'RFC 3986, 3.4',
    why: 'names are compared in any spelling',
    send: (at) => asAna(at, `GET /v1/rooms?member=true&q=${hidden(at)}`),
    answers: [{ status: 200, headers: { link: null }, body: /^{"rooms":\[{"name":"hidden-/ }]
  },
  {
    name: 'a private room by the beginning of its name, asked for by an outsider',
    rfc: 'RFC 9110, 15.5.5',
    why: 'it is not there, nor is a sign of it',
    send: (at) => asLuis(at, `GET /v1/rooms?q=${hidden(at)}`),
    answers: [{ status: 200, headers: { link: null }, body: /^{"rooms":\[\]}$/ }]
  },
  {
    name: 'members who are connected',
    rfc: 'RFC 3986, 3.4',
    why: 'few of many members are, and only those are asked for',
    send: (at) => asAna(at, `GET ${members(at)}?connected=true`),
    answers: [{ status: 200, headers: { link: null }, body: /^{"members":\[/ }]
  },
  {
    name: 'a page after something that no page has said',
    rfc: 'RFC 9110, 15.5.1',
    why: 'a client that makes up cursors would miss something one day',
    send: (at) => asAna(at, 'GET /v1/rooms?after=general!'),
    answers: refused
  },
  {
    name: 'an empty place to begin after',
    rfc: 'RFC 9110, 15.5.1',
    why: 'a variable that was not set must not begin the list anew, for ever',
    send: (at) => asAna(at, `GET ${members(at)}?after=`),
    answers: refused
  },
  ...['0', '201', '1e2'].map((limit) => ({
    name: `a page of ${limit} entries`,
    rfc: 'RFC 9110, 15.5.1',
    why: 'a limit that was quietly made another would hide entries',
    send: (at: Ground) => asAna(at, `GET /v1/rooms?limit=${limit}`),
    answers: [{ status: 400, code: 'invalid-query' as const, body: /"#\/limit"/ }]
  }))
]
