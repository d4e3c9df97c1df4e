import { readdirSync } from 'node:fs'
import { nth, pupils, sizes, tokenOf } from './sweep-data.mjs'

/**
 * How to ask for what costs most; `n` is another number each time a call is made, from 0.
 * @typedef {{ what: string, method?: string, path: string | ((n: number) => string), as?: string | ((n: number) => string), headers?: Record<string, string>,
 *   body?: (n: number) => object | string, status?: number, stream?: true, restore?: object, times?: number, waiting?: string }} Call
 * `restore`: what the room is changed to afterwards, and then streams are opened anew;
 * `times`: so many at once, on one connection; `waiting`: the room in which as many requests as there are streams wait for something.
 */

const rooms = '/v1/rooms'
const asset = readdirSync(new URL('../packages/web/dist/page/assets', import.meta.url)).find((name) => name.endsWith('.js'))
const after = (key) => Buffer.from(key).toString('base64url')
const all = (cursor, name = 'followed') => Array.from({ length: sizes.followed }, (_, n) => `${nth(name, n)}:${cursor}`).join(',')
const longest = '🐧'.repeat(4_000)
const plain = { 'content-type': 'text/plain' }
const password = 'correct horse battery'
const leaver = (lot) => (n) => nth('user', 1_000 + 100 * lot + n)
const ndjson = { accept: 'application/x-ndjson' }
const sse = { accept: 'text/event-stream' }

/** By `operationId`. An operation that is not here is called as its examples in the contract show. @type {Record<string, Call[]>} */
export const worstCalls = {
  listRooms: [
    { what: 'a full page', path: `${rooms}?limit=200` },
    { what: 'by somebody who is in none of 15,000 private ones', path: `${rooms}?limit=200&after=${after('a')}`, as: 'luis' },
    { what: 'a beginning that only private ones have', path: `${rooms}?limit=200&q=private`, as: 'luis' },
    { what: 'mine, in all of which more is unread than is counted', path: `${rooms}?limit=200&member=true`, as: 'marta' },
    { what: 'the last page of mine', path: `${rooms}?limit=200&member=true&after=${after('public02300')}` }
  ],
  listMembers: [
    { what: 'a full page of 30,000', path: `${rooms}/crowd/members?limit=200` },
    { what: 'the last page of 30,000', path: `${rooms}/crowd/members?limit=200&after=${after('user29800')}` },
    { what: 'those who are connected', path: `${rooms}/crowd/members?limit=200&connected=true` },
    { what: 'the one owner of 30,000', path: `${rooms}/crowd/members?limit=200&role=owner` },
    { what: 'the one who is connected, among followers who are no members', path: `${rooms}/short/members?connected=true` }
  ],
  getRoom: [{ what: 'one of 20,000', path: `${rooms}/private14999`, as: 'user00022' }],
  getUser: [{ what: 'one of 30,000', path: '/v1/users/user29999' }],
  listMessages: [
    { what: 'the newest page, of small ones', path: `${rooms}/short/messages` },
    { what: '200 small ones', path: `${rooms}/short/messages?limit=200&before=40000` },
    { what: 'the newest of the longest', path: `${rooms}/long/messages` },
    { what: 'around one of the longest', path: `${rooms}/long/messages?limit=200&around=250` }
  ],
  getMessage: [{ what: 'the longest', path: `${rooms}/long/messages/100` }],
  followRoom: [
    { what: '500 small events', path: `${rooms}/short/events?after=0&limit=500` },
    { what: '500 of the longest', path: `${rooms}/long/events?after=0&limit=500` },
    { what: '500 who joined', path: `${rooms}/crowd/events?after=0&limit=500` },
    { what: 'a stream of 50,000 events from the beginning', path: `${rooms}/short/events?after=0`, headers: sse, stream: true },
    { what: 'a stream of the longest from the beginning', path: `${rooms}/long/events?after=0`, headers: ndjson, stream: true }
  ],
  followRooms: [
    { what: '50 rooms, 500 events', path: `/v1/events?limit=500&after=${all(0)}` },
    { what: '50 rooms that are not there', path: `/v1/events?after=${all(0, 'nowhere')}`, status: 404 },
    { what: '50 rooms, a stream from the beginning', path: `/v1/events?after=${all(0)}`, headers: sse, stream: true }
  ],
  registerUser: [
    { what: 'a name beside 30,000', path: '/v1/users', body: (n) => ({ name: `new-${n}` }) },
    { what: 'a name of no script', path: '/v1/users', body: () => ({ name: '\u0561\u16a0' }), status: 422 }
  ],
  // Each by another user: what they ask for ends their sessions.
  setPassword: [{ what: 'a first one', path: '/v1/users/me/password', as: leaver(0), body: () => ({ password }) }],
  signOut: [{ what: 'a session', path: '/v1/sessions/current', as: leaver(1) }],
  leaveForEver: [{ what: 'one of 30,000 members', path: '/v1/users/me', as: leaver(2) }],
  signIn: [{ what: 'a guess', path: '/v1/sessions', body: () => ({ name: 'ana', password }), status: 401 }],
  makeToken: [{ what: 'for a room', path: '/v1/tokens', body: (n) => ({ name: `token-${n}`, rooms: ['short'] }) }],
  endToken: [{ what: 'one that is not there', path: '/v1/tokens/999999', status: 404 }],
  makeBot: [{ what: 'a name beside 30,000', path: '/v1/bots', body: (n) => ({ name: `bot-${n}` }) }],
  endBot: [{ what: 'one that is not there', path: '/v1/bots/nobody', status: 404 }],
  makeInvite: [{ what: 'to a room', path: '/v1/invites', body: () => ({ room: 'crowd', uses: 5 }) }],
  lookUpInvite: [
    {
      what: 'a code that nobody made',
      path: '/v1/invites/lookup',
      body: () => ({ code: '0123456789ABCDEFGHJKMNPQRS' }),
      status: 404
    }
  ],
  revokeInvite: [{ what: 'one that is not there', path: '/v1/invites/999999', status: 404 }],
  createRoom: [
    { what: 'a room beside 20,000', path: rooms, body: (n) => ({ name: `new-${n}`, title: 'x'.repeat(100) }) },
    { what: 'by who owns many', path: rooms, as: 'user00000', body: (n) => ({ name: `more-${n}` }) }
  ],
  changeRoom: [
    { what: 'the title, before all streams', path: `${rooms}/crowd`, body: (n) => ({ title: `${n}` }) },
    {
      ...{ what: 'to private, which ends the streams of outsiders', path: `${rooms}/short`, restore: { visibility: 'public' } },
      body: () => ({ visibility: 'private' })
    }
  ],
  putMember: [
    { what: 'one more of 30,000', path: `${rooms}/crowd/members/me`, as: 'luis', body: () => ({}) },
    { what: 'who is in already', path: `${rooms}/crowd/members/ana`, body: () => ({}), status: 200 }
  ],
  putReadMarker: [
    { what: 'before 50,000 messages', path: `${rooms}/short/read-marker`, as: 'marta', body: () => ({ upTo: 1 }) },
    { what: 'to the end', path: `${rooms}/short/read-marker`, body: (n) => ({ upTo: 1_000_000 + n }) }
  ],
  searchMessages: [
    { what: 'a word that is in 100 of the longest', path: `/v1/search?q=${encodeURIComponent('🐧')}&limit=100` },
    { what: 'the beginning of 50,000 words', path: '/v1/search?q=1&limit=100' },
    {
      what: 'sixteen words that are in 50,000 texts together',
      path: `/v1/search?limit=100&q=${Array.from({ length: 16 }, (_, n) => `${n}`).join('+')}`
    },
    { what: 'what is only where one may not read', path: `/v1/search?q=4&limit=100`, as: 'luis' }
  ],
  exportRoom: [
    { what: '50,000 small messages', path: `${rooms}/short/export` },
    { what: '500 of the longest', path: `${rooms}/long/export` },
    { what: '30,000 members', path: `${rooms}/crowd/export` }
  ],
  deleteMember: [
    { what: 'one of 30,000', path: (n) => `${rooms}/crowd/members/${nth('user', 20_000 + n)}` },
    { what: 'who has streams', path: (n) => `${rooms}/crowd/members/${nth('user', n)}` }
  ],
  postMessage: [
    { what: 'the longest, to all streams', path: `${rooms}/crowd/messages`, body: () => ({ text: longest }) },
    { what: 'to all who wait for it', path: `${rooms}/long/messages`, body: () => ({ text: 'hi' }), waiting: 'long' },
    {
      ...{ what: 'with a key', path: `${rooms}/long/messages`, headers: { 'idempotency-key': 'k'.repeat(255) } },
      body: () => ({ text: 'hi' })
    }
  ],
  editMessage: [
    { what: 'the longest', path: (n) => `${rooms}/long/messages/${200 + n}`, body: (n) => ({ text: `${n}${longest.slice(2)}` }) }
  ],
  deleteMessage: [{ what: 'the longest', path: (n) => `${rooms}/long/messages/${300 + n}` }],
  getAsset: [{ what: 'a file of the page', path: `/assets/${asset}` }],
  registerLabUser: [{ what: 'a name beside 30,000', path: '/user', headers: plain, body: (n) => `pupil-${n}` }],
  postLabMessage: [{ what: 'the longest', path: '/', headers: plain, body: () => `${pupils[0]}>${longest}` }],
  collectLabMessages: [
    { what: 'what follows 20,000 of their own', path: '/getMsg', headers: plain, body: (n) => pupils[n % pupils.length] },
    { what: 'as much as there is', path: '/getMsg', headers: plain, body: () => pupils[0] }
  ]
}

const repeated = (piece, bytes) => piece.repeat(Math.floor(bytes / piece.length))

/** What anybody may send, as large as the limits allow. @type {Call[]} */
export const largestCalls = [
  { what: '100 requests in one piece, for full pages of rooms', path: `${rooms}?limit=200`, times: 100 },
  { what: '100 requests in one piece, for full pages of members', path: `${rooms}/crowd/members?limit=200`, times: 100 },
  {
    ...{ what: 'a body of 5,000 unknown members', method: 'POST', path: '/v1/users', status: 422 },
    body: () => Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`m${n}`, n]))
  },
  {
    ...{ what: 'a body of lists in lists', method: 'POST', path: '/v1/users', status: 422 },
    body: () => '['.repeat(32_000) + ']'.repeat(32_000)
  },
  {
    ...{ what: 'a name of 32,000 letters', method: 'POST', path: '/v1/users', status: 422 },
    body: () => ({ name: repeated('é', 32_000) })
  },
  {
    ...{ what: 'a text of 30,000 marks', method: 'POST', path: `${rooms}/long/messages`, status: 422 },
    body: () => ({ text: repeated('\u0301', 30_000) })
  },
  {
    ...{ what: 'a form of 9,000 fields', method: 'POST', path: `${rooms}/long/messages`, status: 422 },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: () => Array.from({ length: 9_000 }, (_, n) => `${n}=`).join('&')
  },
  {
    what: 'a query of 1,300 parameters',
    path: `${rooms}?${Array.from({ length: 1_300 }, (_, n) => `${n}=`).join('&')}`,
    status: 400
  },
  { what: 'a q of 1,300 marks', path: `${rooms}?q=${repeated('%CC%81', 7_900)}` },
  {
    what: 'Accept with 1,000 types',
    path: `${rooms}/long/events`,
    headers: { accept: `${repeated('text/a;q=0.1,', 14_000)}a/b` }
  },
  {
    what: 'If-None-Match with 3,500 tags',
    path: `${rooms}/long/messages?limit=1`,
    headers: { 'if-none-match': `${repeated('"a",', 14_000)}"b"` }
  },
  {
    what: 'If-None-Match that breaks off',
    path: `${rooms}/long/messages?limit=1`,
    headers: { 'if-none-match': `${repeated('"a" ,  ', 14_000)}"b` }
  },
  {
    what: 'Prefer with 7,000 wishes',
    path: `${rooms}/long/events?after=now`,
    headers: { prefer: `${repeated('a,', 14_000)}wait=0` }
  },
  {
    what: 'a token of 14,000 characters',
    path: rooms,
    headers: { authorization: `Bearer ${repeated('a', 14_000)}` },
    status: 401
  },
  { what: 'a path of 3,500 parts', path: `/${repeated('a/', 7_000)}`, status: 404 }
]

/** Nobody, one time; else the user whose call it is. */
export const authorization = (name) => ({ authorization: `Bearer ${tokenOf(name)}` })
