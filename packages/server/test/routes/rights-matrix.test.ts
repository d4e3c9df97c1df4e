import { readdirSync } from 'node:fs'
import { type ProblemCode, problems, type Role } from '@tertulia/protocol'
import type { InjectOptions } from 'fastify'
import { describe, expect, test } from 'vitest'
import { digestOf, newCode, newToken } from '../../src/services/secrets.ts'
import type { Answer, Command, Results } from '../../src/stores/commands.ts'
import { openAppForAll } from '../support/open-app.ts'

/**
 * Who may do what: every route, asked by everybody, in a public and in a private room. A cell is the status of the answer, or the
 * problem in a few letters; one cell alone stands for all. HEAD is as GET, by rule, and OPTIONS is 204. A route that is not here
 * fails, and so does a row without a request below.
 *
 * Of the columns, `author` wrote the message that the row is about and is a member, as `reader` and `elsewhere` are, whose tokens may
 * only read and are for another room; `bot` is one, and a member; `admin` is no member.
 */
const table = `
                                                                author moderator owner member banned outsider anonymous reader elsewhere bot admin
GET /health/live                                       -        200
GET /health/ready                                      -        200
GET /metrics                                           -        200
GET /problems                                          -        200
GET /problems/:code                                    -        200
GET /docs/status                                       -        200
GET /docs/status/:status                               -        200
GET /v1/limits                                         -        200
GET /openapi.json                                      -        200
GET /docs                                              -        200
GET /                                                  -        200
GET /chat.mjs                                          -        200
GET /assets/:file                                      -        200
POST /user                                             -        201
POST /                                                 -        200
POST /getMsg                                           -        200
POST /v1/users                                         -        201
POST /v1/sessions                                      -        201
GET /v1/users/me                                       -        200    200       200   200    200    200      401       200    200       200 200
GET /v1/users/:name                                    -        200    200       200   200    200    200      401       200    200       200 200
DELETE /v1/users/me                                    -        204    204       las   204    204    204      401       sco    sco       sco 204
PUT /v1/users/me/password                              -        204    204       204   204    204    204      401       sco    sco       sco 204
DELETE /v1/sessions/current                            -        204    204       204   204    204    204      401       sco    sco       204 204
POST /v1/links                                         -        201    201       201   201    201    201      401       sco    sco       sco 201
GET /v1/tokens                                         -        200    200       200   200    200    200      401       200    sco       200 200
POST /v1/tokens                                        -        201    201       201   201    201    201      401       sco    sco       sco 201
POST /v1/tokens (room)                                 public   201    201       201   201    201    201      401       sco    sco       sco 201
POST /v1/tokens (room)                                 private  201    201       201   201    404    404      401       sco    sco       sco 404
DELETE /v1/tokens/:tokenId                             -        tok    tok       204   tok    tok    tok      401       sco    sco       sco tok
GET /v1/bots                                           -        200    200       200   200    200    200      401       200    sco       200 200
POST /v1/bots                                          -        201    201       201   201    201    201      401       sco    sco       sco 201
DELETE /v1/bots/:name                                  -        usr    usr       204   usr    usr    usr      401       sco    sco       sco usr
POST /v1/invites/lookup                                -        200
GET /v1/invites                                        -        200    200       200   200    200    200      401       200    sco       200 200
GET /v1/invites (room)                                 public   rol    200       200   rol    ban    rol      401       rol    sco       rol 200
GET /v1/invites (room)                                 private  rol    200       200   rol    404    404      401       rol    sco       rol 404
POST /v1/invites                                       -        rol    rol       rol   rol    rol    rol      401       sco    sco       sco 201
POST /v1/invites (room)                                public   rol    201       201   rol    ban    rol      401       sco    sco       sco 201
POST /v1/invites (room)                                private  rol    201       201   rol    404    404      401       sco    sco       sco 404
POST /v1/invites (owner)                               public   rol    rol       201   rol    ban    rol      401       sco    sco       sco 201
POST /v1/invites (owner)                               private  rol    rol       201   rol    404    404      401       sco    sco       sco 404
DELETE /v1/invites/:inviteId                           public   inv    204       204   inv    inv    inv      401       sco    sco       sco 204
DELETE /v1/invites/:inviteId                           private  inv    204       204   inv    inv    inv      401       sco    sco       sco inv
GET /v1/rooms                                          -        200    200       200   200    200    200      401       200    200       200 200
POST /v1/rooms                                         -        201    201       201   201    201    201      401       sco    sco       201 201
POST /v1/rooms (taken)                                 public   tak    tak       tak   tak    tak    tak      401       sco    sco       tak tak
POST /v1/rooms (taken)                                 private  tak    tak       tak   tak    tak    tak      401       sco    sco       tak tak
GET /v1/rooms/:room                                    public   200    200       200   200    ban    200      401       200    sco       200 200
GET /v1/rooms/:room                                    private  200    200       200   200    404    404      401       200    sco       200 404
PATCH /v1/rooms/:room                                  public   rol    rol       200   rol    ban    rol      401       sco    sco       rol 200
PATCH /v1/rooms/:room                                  private  rol    rol       200   rol    404    404      401       sco    sco       rol 404
GET /v1/rooms/:room/members                            public   200    200       200   200    ban    200      401       200    sco       200 200
GET /v1/rooms/:room/members                            private  200    200       200   200    404    404      401       200    sco       200 404
GET /v1/rooms/:room/members (banned)                   public   rol    200       200   rol    ban    rol      401       rol    sco       rol 200
GET /v1/rooms/:room/members (banned)                   private  rol    200       200   rol    404    404      401       rol    sco       rol 404
PUT /v1/rooms/:room/members/:name (me)                 public   200    200       200   200    ban    201      401       sco    sco       200 201
PUT /v1/rooms/:room/members/:name (me)                 private  200    200       200   200    404    404      401       sco    sco       200 404
PUT /v1/rooms/:room/members/:name (me, invited)        public   200    200       200   200    ban    201      401       sco    sco       200 201
PUT /v1/rooms/:room/members/:name (me, invited)        private  200    200       200   200    inv    201      401       sco    sco       200 201
PUT /v1/rooms/:room/members/:name (me, owner)          public   rol    rol       200   rol    ban    rol      401       sco    sco       sco 201
PUT /v1/rooms/:room/members/:name (me, owner)          private  rol    rol       200   rol    404    404      401       sco    sco       sco 404
PUT /v1/rooms/:room/members/:name (add)                public   rol    201       201   rol    ban    rol      401       sco    sco       rol 201
PUT /v1/rooms/:room/members/:name (add)                private  rol    201       201   rol    404    404      401       sco    sco       rol 404
PUT /v1/rooms/:room/members/:name (promote)            public   rol    rol       200   rol    ban    rol      401       sco    sco       sco 200
PUT /v1/rooms/:room/members/:name (promote)            private  rol    rol       200   rol    404    404      401       sco    sco       sco 404
PUT /v1/rooms/:room/members/:name (ban)                public   rol    200       200   rol    ban    rol      401       sco    sco       rol 200
PUT /v1/rooms/:room/members/:name (ban)                private  rol    200       200   rol    404    404      401       sco    sco       rol 404
PUT /v1/rooms/:room/members/:name (ban admin)          public   rol    rol       rol   rol    ban    rol      401       sco    sco       rol rol
PUT /v1/rooms/:room/members/:name (ban admin)          private  rol    200       200   rol    404    404      401       sco    sco       rol 404
PUT /v1/rooms/:room/members/:name (ban me)             public   rol    rol       rol   rol    ban    rol      401       sco    sco       rol rol
PUT /v1/rooms/:room/members/:name (ban me)             private  rol    rol       rol   rol    404    404      401       sco    sco       rol 404
PUT /v1/rooms/:room/members/:name (unban)              public   rol    201       201   rol    ban    rol      401       sco    sco       rol 201
PUT /v1/rooms/:room/members/:name (unban)              private  rol    201       201   rol    404    404      401       sco    sco       rol 404
DELETE /v1/rooms/:room/members/:name (me)              public   204    204       las   204    ban    mem      401       sco    sco       204 mem
DELETE /v1/rooms/:room/members/:name (me)              private  204    204       las   204    404    404      401       sco    sco       204 404
DELETE /v1/rooms/:room/members/:name (remove)          public   rol    204       204   rol    ban    rol      401       sco    sco       rol 204
DELETE /v1/rooms/:room/members/:name (remove)          private  rol    204       204   rol    404    404      401       sco    sco       rol 404
DELETE /v1/rooms/:room/members/:name (unban)           public   rol    204       204   rol    ban    rol      401       sco    sco       rol 204
DELETE /v1/rooms/:room/members/:name (unban)           private  rol    204       204   rol    404    404      401       sco    sco       rol 404
PUT /v1/rooms/:room/read-marker                        public   200    200       200   200    ban    mem      401       sco    sco       200 mem
PUT /v1/rooms/:room/read-marker                        private  200    200       200   200    404    404      401       sco    sco       200 404
GET /v1/rooms/:room/messages                           public   200    200       200   200    ban    200      401       200    sco       200 200
GET /v1/rooms/:room/messages                           private  200    200       200   200    404    404      401       200    sco       200 404
POST /v1/rooms/:room/messages                          public   201    201       201   201    ban    201      401       sco    sco       201 201
POST /v1/rooms/:room/messages                          private  201    201       201   201    404    404      401       sco    sco       201 404
GET /v1/rooms/:room/messages/:id                       public   200    200       200   200    ban    200      401       200    sco       200 200
GET /v1/rooms/:room/messages/:id                       private  200    200       200   200    404    404      401       200    sco       200 404
PUT /v1/rooms/:room/messages/:id                       public   200    aut       aut   aut    ban    aut      401       sco    sco       aut aut
PUT /v1/rooms/:room/messages/:id                       private  200    aut       aut   aut    404    404      401       sco    sco       aut 404
DELETE /v1/rooms/:room/messages/:id                    public   204    204       204   aut    ban    aut      401       sco    sco       aut 204
DELETE /v1/rooms/:room/messages/:id                    private  204    204       204   aut    404    404      401       sco    sco       aut 404
GET /v1/rooms/:room/events                             public   200    200       200   200    ban    200      401       200    sco       200 200
GET /v1/rooms/:room/events                             private  200    200       200   200    404    404      401       200    sco       200 404
GET /v1/events                                         public   200    200       200   200    ban    200      401       200    sco       200 200
GET /v1/events                                         private  200    200       200   200    404    404      401       200    sco       200 404
GET /v1/rooms/:room/export                             public   200    200       200   200    ban    200      401       200    sco       200 200
GET /v1/rooms/:room/export                             private  200    200       200   200    404    404      401       200    sco       200 404
GET /v1/search                                         -        200    200       200   200    200    200      401       200    200       200 200
GET /v1/search (room)                                  public   200    200       200   200    ban    200      401       200    sco       200 200
GET /v1/search (room)                                  private  200    200       200   200    404    404      401       200    sco       200 404
`

const marks: Record<string, ProblemCode> = {
  401: 'unauthorized',
  404: 'room-not-found',
  ban: 'banned',
  aut: 'not-author',
  rol: 'not-allowed',
  sco: 'token-scope',
  las: 'last-owner',
  usr: 'user-not-found',
  mem: 'member-not-found',
  tok: 'token-not-found',
  inv: 'invite-not-found',
  tak: 'name-taken'
}

/** What a cell is about: names and numbers of its own, so that no cell meets what another one left. */
interface Scene {
  room: string
  /** A message of the author in it. */
  message: number
  /** A plain member of it, somebody who is none, and somebody who is banned from it. */
  member: string
  stranger: string
  outlaw: string
  admin: string
  /** A bot of the owner, and the number of a token of theirs. */
  bot: string
  token: number
  /** An invite to it as a member, that the owner made. */
  invite: number
  code: string
  /** A name that nobody has. */
  free: string
}

type Asked = [path: string, body?: object | string]

/** What each row asks for; the row says which one where there are several. */
/** One of the files that the page loads. */
const asset = readdirSync(new URL('../../program/web/assets/', import.meta.url)).find((name) => name.endsWith('.js'))

const requests: Record<string, (scene: Scene) => Asked> = {
  'GET /health/live': () => ['/health/live'],
  'GET /health/ready': () => ['/health/ready'],
  'GET /metrics': () => ['/metrics'],
  'GET /problems': () => ['/problems'],
  'GET /problems/:code': () => ['/problems/banned'],
  'GET /docs/status': () => ['/docs/status'],
  'GET /docs/status/:status': () => ['/docs/status/403'],
  'GET /v1/limits': () => ['/v1/limits'],
  'GET /openapi.json': () => ['/openapi.json'],
  'GET /docs': () => ['/docs'],
  'GET /': () => ['/'],
  'GET /chat.mjs': () => ['/chat.mjs'],
  'GET /assets/:file': () => [`/assets/${asset}`],
  'POST /user': ({ free }) => ['/user', free],
  'POST /': () => ['/', 'lena>hi'],
  'POST /getMsg': () => ['/getMsg', 'lena'],
  'POST /v1/users': ({ free }) => ['/v1/users', { name: free }],
  'POST /v1/sessions': () => ['/v1/sessions', { name: 'keeper', password: 'correct horse' }],

  'GET /v1/users/me': () => ['/v1/users/me'],
  'GET /v1/users/:name': ({ member }) => [`/v1/users/${member}`],
  'DELETE /v1/users/me': () => ['/v1/users/me'],
  'PUT /v1/users/me/password': () => ['/v1/users/me/password', { password: 'correct horse' }],
  'DELETE /v1/sessions/current': () => ['/v1/sessions/current'],
  'POST /v1/links': () => ['/v1/links', {}],
  'GET /v1/tokens': () => ['/v1/tokens'],
  'POST /v1/tokens': ({ free }) => ['/v1/tokens', { name: free }],
  'POST /v1/tokens (room)': ({ free, room }) => ['/v1/tokens', { name: free, rooms: [room] }],
  'DELETE /v1/tokens/:tokenId': ({ token }) => [`/v1/tokens/${token}`],
  'GET /v1/bots': () => ['/v1/bots'],
  'POST /v1/bots': ({ free }) => ['/v1/bots', { name: free }],
  'DELETE /v1/bots/:name': ({ bot }) => [`/v1/bots/${bot}`],

  'POST /v1/invites/lookup': ({ code }) => ['/v1/invites/lookup', { code }],
  'GET /v1/invites': () => ['/v1/invites'],
  'GET /v1/invites (room)': ({ room }) => [`/v1/invites?room=${room}`],
  'POST /v1/invites': () => ['/v1/invites', {}],
  'POST /v1/invites (room)': ({ room }) => ['/v1/invites', { room }],
  'POST /v1/invites (owner)': ({ room }) => ['/v1/invites', { room, role: 'owner' }],
  'DELETE /v1/invites/:inviteId': ({ invite }) => [`/v1/invites/${invite}`],

  'GET /v1/rooms': () => ['/v1/rooms'],
  'POST /v1/rooms': ({ free }) => ['/v1/rooms', { name: free }],
  'POST /v1/rooms (taken)': ({ room }) => ['/v1/rooms', { name: room }],
  'GET /v1/rooms/:room': ({ room }) => [`/v1/rooms/${room}`],
  'PATCH /v1/rooms/:room': ({ room }) => [`/v1/rooms/${room}`, { title: 'Ours' }],
  'GET /v1/rooms/:room/members': ({ room }) => [`/v1/rooms/${room}/members`],
  'GET /v1/rooms/:room/members (banned)': ({ room }) => [`/v1/rooms/${room}/members?role=banned`],
  'PUT /v1/rooms/:room/members/:name (me)': ({ room }) => [`/v1/rooms/${room}/members/me`, {}],
  'PUT /v1/rooms/:room/members/:name (me, invited)': ({ room, code }) => [`/v1/rooms/${room}/members/me`, { invite: code }],
  'PUT /v1/rooms/:room/members/:name (me, owner)': ({ room }) => [`/v1/rooms/${room}/members/me`, { role: 'owner' }],
  'PUT /v1/rooms/:room/members/:name (add)': ({ room, stranger }) => [`/v1/rooms/${room}/members/${stranger}`, {}],
  'PUT /v1/rooms/:room/members/:name (promote)': ({ room, member }) => [
    `/v1/rooms/${room}/members/${member}`,
    { role: 'moderator' }
  ],
  'PUT /v1/rooms/:room/members/:name (ban)': ({ room, member }) => [`/v1/rooms/${room}/members/${member}`, { role: 'banned' }],
  'PUT /v1/rooms/:room/members/:name (ban admin)': ({ room, admin }) => [
    `/v1/rooms/${room}/members/${admin}`,
    { role: 'banned' }
  ],
  'PUT /v1/rooms/:room/members/:name (ban me)': ({ room }) => [`/v1/rooms/${room}/members/me`, { role: 'banned' }],
  'PUT /v1/rooms/:room/members/:name (unban)': ({ room, outlaw }) => [`/v1/rooms/${room}/members/${outlaw}`, { role: 'member' }],
  'DELETE /v1/rooms/:room/members/:name (me)': ({ room }) => [`/v1/rooms/${room}/members/me`],
  'DELETE /v1/rooms/:room/members/:name (remove)': ({ room, member }) => [`/v1/rooms/${room}/members/${member}`],
  'DELETE /v1/rooms/:room/members/:name (unban)': ({ room, outlaw }) => [`/v1/rooms/${room}/members/${outlaw}`],
  'PUT /v1/rooms/:room/read-marker': ({ room }) => [`/v1/rooms/${room}/read-marker`, { upTo: 1 }],
  'GET /v1/rooms/:room/messages': ({ room }) => [`/v1/rooms/${room}/messages`],
  'POST /v1/rooms/:room/messages': ({ room }) => [`/v1/rooms/${room}/messages`, { text: 'hi' }],
  'GET /v1/rooms/:room/messages/:id': ({ room, message }) => [`/v1/rooms/${room}/messages/${message}`],
  'PUT /v1/rooms/:room/messages/:id': ({ room, message }) => [`/v1/rooms/${room}/messages/${message}`, { text: 'new' }],
  'DELETE /v1/rooms/:room/messages/:id': ({ room, message }) => [`/v1/rooms/${room}/messages/${message}`],
  'GET /v1/rooms/:room/events': ({ room }) => [`/v1/rooms/${room}/events?after=0`],
  'GET /v1/events': ({ room }) => [`/v1/events?after=${room}:0`],
  'GET /v1/rooms/:room/export': ({ room }) => [`/v1/rooms/${room}/export`],
  'GET /v1/search': () => ['/v1/search?q=hello'],
  'GET /v1/search (room)': ({ room }) => [`/v1/search?q=hello&room=${room}`]
}

interface Row {
  title: string
  /** As in {@link requests}. */
  name: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  visibility: 'public' | 'private'
  /** By column. */
  cells: Record<string, string>
}

const [header = '', ...lines] = table.trim().split('\n')
const columns = header.trim().split(/\s+/)
const rows = lines.filter((line) => line.trim() !== '').map(toRow)

function toRow(line: string): Row {
  const [, name = '', method = '', kind = '-', given = ''] =
    /^(([A-Z]+) \S+(?: \(.+?\))?) +(public|private|-) +(.*)$/.exec(line) ?? []
  const cells = given.trim().split(/\s+/)
  if (cells.length !== 1 && cells.length !== columns.length) throw new Error(`${cells.length} cells in ${line}`)
  return {
    title: kind === '-' ? name : `${name}, ${kind} room`,
    name,
    method: method as Row['method'],
    visibility: kind === 'private' ? 'private' : 'public',
    cells: Object.fromEntries(columns.map((column, n) => [column, cells[n] ?? cells[0] ?? '']))
  }
}

/** A status, and the problem that goes with it. */
function meaning(mark: string): string {
  const code = marks[mark]
  return code === undefined ? mark : `${problems[code].status} ${code}`
}

const shared = openAppForAll({ lab2: true })
const atMs = Date.UTC(2026, 10, 23, 10)

/** Users of a row's own, one for each column, and others that it is about. */
async function castOf(row: number) {
  const { store } = shared()
  const people = [...columns.filter((column) => column !== 'anonymous' && column !== 'bot'), 'target', 'stranger', 'outlaw']
  const tokens = Object.fromEntries(people.map((who) => [who, newToken()]))
  const nameOf = (who: string) => `${who}-${row}`
  const registered = await store.commit(
    people.map((who) => {
      const tokenDigest = digestOf(tokens[who] ?? '')
      return { kind: 'register', name: nameOf(who), userKind: 'person', tokenDigest, atMs } as const
    })
  )
  const ids = Object.fromEntries(people.map((who, n) => [who, accepted<'register'>(registered[n]).user.id]))
  const madeBy = (who: string) => ({ actor: ids[who] as number, by: digestOf(tokens[who] ?? ''), atMs })
  const [reader, elsewhere, bot] = [newToken(), newToken(), newToken()]
  const [owned] = await store.commit([
    { kind: 'make-bot', ...madeBy('owner'), name: nameOf('bot'), tokenName: 'first', tokenDigest: digestOf(bot) },
    { kind: 'make-bot', ...madeBy('owner'), name: nameOf('spare'), tokenName: 'first', tokenDigest: digestOf(newToken()) }
  ])
  const wide = { scope: 'write', rooms: null, expiresAtMs: null } as const
  const issued = await store.commit([
    { kind: 'make-token', ...madeBy('owner'), ...wide, name: 'nightly', tokenDigest: digestOf(newToken()) },
    { kind: 'make-token', ...madeBy('reader'), ...wide, scope: 'read', name: 'reads', tokenDigest: digestOf(reader) },
    { kind: 'make-token', ...madeBy('elsewhere'), ...wide, rooms: ['general'], name: 'general', tokenDigest: digestOf(elsewhere) }
  ])
  await store.commit([{ kind: 'set-admin', user: ids.admin as number, admin: true }])
  ids.bot = accepted<'make-bot'>(owned).user.id
  Object.assign(tokens, { reader, elsewhere, bot })
  return { ids, tokens, nameOf, token: accepted<'make-token'>(issued[0]).token.id }
}

/** A room for each column, made in one commit. */
async function scenesOf(row: number, { visibility }: Row, { ids, tokens, nameOf, token }: Awaited<ReturnType<typeof castOf>>) {
  const { store } = shared()
  const roles: Record<string, Role> = { moderator: 'moderator', banned: 'banned', outlaw: 'banned' }
  const insiders = [...columns, 'target', 'outlaw'].filter((who) => !['owner', 'outsider', 'anonymous', 'admin'].includes(who))
  const owner = ids.owner as number
  const by = digestOf(tokens.owner ?? '')
  const invite = { kind: 'make-invite', actor: owner, by, role: 'member', admin: false, uses: 2, atMs } as const
  const expiresAtMs = Date.now() + 60 * 60 * 1000
  const codes = new Map(columns.map((column) => [column, newCode()]))
  const roomOf = (column: string) => `room-${row}-${column}`
  const answers = await store.commit(
    columns.flatMap((column): Command[] => {
      const at = { room: roomOf(column), atMs }
      const role = (who: string): Command => {
        return { kind: 'set-role', actor: owner, member: nameOf(who), role: roles[who] ?? 'member', ...at }
      }
      return [
        { kind: 'create-room', actor: owner, name: at.room, title: '', visibility, atMs },
        ...insiders.map(role),
        { ...invite, room: at.room, expiresAtMs, codeDigest: digestOf(codes.get(column) ?? '') },
        { kind: 'send', actor: ids.author as number, text: 'hello', ...at }
      ]
    })
  )
  const sent = answers.filter((answer): answer is Results['send'] => 'replayed' in answer)
  const invited = answers.filter((answer): answer is Results['make-invite'] => 'invite' in answer)
  const scenes = columns.map((column, n): [string, Scene] => [
    column,
    {
      room: roomOf(column),
      message: sent[n]?.message.id ?? 0,
      member: nameOf('target'),
      stranger: nameOf('stranger'),
      outlaw: nameOf('outlaw'),
      admin: nameOf('admin'),
      bot: nameOf('spare'),
      token,
      invite: invited[n]?.invite.id ?? 0,
      code: codes.get(column) ?? '',
      free: `free-${row}-${column}`
    }
  ])
  return new Map(scenes)
}

function accepted<K extends keyof Results>(answer: Answer<keyof Results> | undefined): Results[K] {
  expect(answer?.refused).toBeUndefined()
  return answer as Results[K]
}

const isLab = (name: string) => ['POST /user', 'POST /', 'POST /getMsg'].includes(name)

describe('who may do what', () => {
  test('every route is in the table', () => {
    const listed = new Set(rows.map(({ name }) => name.replace(/ \(.*/, '')))
    const missing = shared().routes.filter((route) => !listed.has(route.replace(/^HEAD /, 'GET ')))
    expect(missing).toEqual([])
    expect(rows.filter(({ name }) => !requests[name])).toEqual([])
  })

  test.each(rows.map((row, n) => [row.title, row, n] as const))('%s', async (_title, row, n) => {
    const { app } = shared()
    if (isLab(row.name)) await app.inject({ method: 'POST', url: '/user', payload: 'lena' })
    await app.inject({ method: 'POST', url: '/v1/users', payload: { name: 'keeper', password: 'correct horse' } })
    const cast = await castOf(n)
    const scenes = await scenesOf(n, row, cast)
    const wrong: string[] = []
    for (const column of columns) {
      const [url, payload] = (requests[row.name] as (scene: Scene) => Asked)(scenes.get(column) as Scene)
      const token = cast.tokens[column]
      const asked: InjectOptions = { method: row.method, url, headers: token ? { authorization: `Bearer ${token}` } : {} }
      if (payload !== undefined) asked.payload = payload
      const note = (expected: string, got: string, how = '') => {
        if (got !== expected) wrong.push(`${row.name}${how} as ${column}: expected ${expected}, got ${got}`)
      }
      const reply = await app.inject(asked)
      const code = reply.statusCode >= 400 ? ` ${reply.json().code}` : ''
      note(meaning(row.cells[column] ?? ''), `${reply.statusCode}${code}`)
      const options = await app.inject({ ...asked, method: 'OPTIONS' })
      note('204', `${options.statusCode}`, ' (OPTIONS)')
      if (row.method !== 'GET') continue
      const head = await app.inject({ ...asked, method: 'HEAD' })
      note(`${reply.statusCode} without a body`, `${head.statusCode} with${head.body === '' ? 'out' : ''} a body`, ' (HEAD)')
    }
    expect(wrong).toEqual([])
  })
})
