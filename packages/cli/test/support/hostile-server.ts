import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostileTexts } from './hostile-texts.ts'

const at = '2026-11-23T09:14:00.000Z'
const each = <T>(make: (text: string, id: number) => T): T[] => hostileTexts.map((text, index) => make(text, index + 1))

const member = (name: string) => ({ name, kind: 'person', role: 'member', connected: true })
const settings = (title: string) => ({ title, visibility: 'public', archived: false })
const message = (text: string, id: number) => ({
  id,
  room: 'general',
  author: { name: text, kind: 'person' },
  text,
  createdAt: at,
  editedAt: null,
  deletedAt: null,
  rev: id
})
const room = (text: string) => ({
  name: text,
  ...settings(text),
  role: 'member',
  unread: 0,
  head: 1,
  readUpTo: 1,
  createdAt: at,
  rev: 1
})
const token = (name: string, id: number) => ({ id, name, scope: 'write', rooms: [name], expiresAt: null, createdAt: at })
const invite = (text: string, id: number) => ({
  id,
  room: text,
  role: 'member',
  admin: false,
  invitedBy: text,
  uses: 1,
  used: 0,
  expiresAt: at,
  createdAt: at
})

/** A part of the log of a room, with a hostile text wherever there can be one. */
const events = () => [
  ...each((text, seq) => ({ seq, type: 'message.created', room: 'general', at, actor: text, message: message(text, seq) })),
  ...each((text, seq) => ({ seq, type: 'member.joined', room: 'general', at, actor: text, member: member(text) })),
  ...each((text, seq) => ({ seq, type: 'room.updated', room: 'general', at, actor: text, settings: settings(text) }))
]
const note = (type: string, cursor: string) => `event: ${type}\ndata: ${JSON.stringify({ type, room: 'general', cursor })}\n\n`

/** What it says where it is asked for one thing alone: all texts that are not too long, in one. */
export const manyInOne = hostileTexts.filter((text) => text.length < 40).join(' ')

/** By method and path, the body of an answer; a string is that of a stream. */
function bodyOf(asked: string): object | string {
  const [, method, path = ''] = /^(\w+) (.*?)(?:\?.*)?$/.exec(asked) ?? []
  switch (`${method} ${path.replace(/^\/v1\/rooms\/[^/]+/, '/v1/rooms/ROOM')}`) {
    case 'GET /v1/rooms':
      return { rooms: each(room) }
    case 'GET /v1/rooms/ROOM':
      return { ...room(manyInOne), name: 'general' }
    case 'POST /v1/rooms':
    case 'PATCH /v1/rooms/ROOM':
      return room(manyInOne)
    case 'GET /v1/rooms/ROOM/members':
      return { members: each(member) }
    case 'GET /v1/rooms/ROOM/messages':
      return { messages: each(message), cursor: 'abcd1234.9' }
    case 'POST /v1/rooms/ROOM/messages':
    case 'PUT /v1/rooms/ROOM/messages/7':
      return { ...message(manyInOne, 7), room: manyInOne }
    case 'GET /v1/search':
      return { messages: each(message), complete: true }
    case 'GET /v1/rooms/ROOM/events':
      return [
        note('ready', manyInOne),
        ...events().map((event, n) => `id: abcd1234.${n + 1}\ndata: ${JSON.stringify(event)}\n\n`),
        note('synced', 'abcd1234.99')
      ].join('')
    case 'GET /v1/rooms/ROOM/export':
      return [
        { type: 'room', ...room(manyInOne) },
        ...each((text) => ({ type: 'member', ...member(text) })),
        ...each((text, id) => ({ type: 'message', ...message(text, id) })),
        { type: 'end', cursor: 'abcd1234.9', messages: hostileTexts.length }
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join('')
    case 'GET /v1/tokens':
      return { tokens: each(token) }
    case 'POST /v1/tokens':
      return { ...token(manyInOne, 1), token: manyInOne }
    case 'GET /v1/bots':
      return { bots: each((name) => ({ name, kind: 'bot', createdAt: at })) }
    case 'POST /v1/bots':
      return { user: { name: manyInOne, kind: 'bot', createdAt: at }, token: 'x' }
    case 'GET /v1/invites':
      return { invites: each(invite) }
    case 'POST /v1/invites':
      return { ...invite(manyInOne, 1), code: manyInOne }
    case 'POST /v1/links':
      return { code: manyInOne, expiresAt: at }
    case 'PUT /v1/rooms/ROOM/read-marker':
      return { room: manyInOne, readUpTo: 7, unread: 0 }
    case 'GET /v1/users/me':
      return { name: manyInOne, kind: 'person', createdAt: at, admin: false, hasPassword: true, sessions: 1 }
    default:
      return /\/members\//.test(path) ? member(manyInOne) : {}
  }
}

/** A server that knows the protocol, and whose every word means harm. @param refusal  the detail of what it answers to everything */
export async function hostileServer(refusal?: string) {
  const server = createServer((request, response) => {
    request.resume()
    if (refusal !== undefined) {
      const code = refusal.slice(0, 40)
      response.writeHead(422, { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer realm="\x9b2J"' })
      response.end(JSON.stringify({ type: refusal, code, status: 422, title: refusal, detail: refusal, instance: refusal }))
      return
    }
    const body = bodyOf(`${request.method} ${request.url}`)
    const stream = request.url?.includes('/export') ? 'application/x-ndjson' : 'text/event-stream'
    const noContent = request.method === 'DELETE' || request.url?.endsWith('/password')
    response.writeHead(noContent ? 204 : 200, {
      'content-type': typeof body === 'string' ? stream : 'application/json',
      etag: '"\x9b2J\x9d0;owned"'
    })
    if (stream === 'text/event-stream' && typeof body === 'string') response.write(body)
    else response.end(noContent ? '' : typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    end: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}
