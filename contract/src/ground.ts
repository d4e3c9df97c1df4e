import type { IssuedToken, Message, SignedIn } from '@tertulia/protocol'

/** Where the rows are tried, and what they find there. */
export interface Ground {
  origin: string
  hostname: string
  port: number
  /** What goes into Host. */
  host: string
  /** A path under the prefix that the chat is mounted at. */
  path: (path: string) => string
  /** Bearer tokens: of one who is in both rooms, and of one who is in none. */
  ana: string
  luis: string
  /** Ana’s token that may only read, in the public room. */
  reader: string
  anaName: string
  /** Names of a public room and of a private one. */
  room: string
  hidden: string
  /** A message that nobody changes, one that was changed once, and one that was deleted; tags are quoted. */
  message: { id: number; tag: string }
  changed: { id: number; oldTag: string; tag: string }
  deleted: { id: number }
  epoch: string
  /** Name of the row that is tried, as a mark in what must never be carried out. */
  trying: string
}

/** Make users, rooms and messages for the rows, at the address that the chat is mounted at. */
export async function prepare(address: string): Promise<Ground> {
  const { origin, hostname, port, host, pathname, protocol } = new URL(address)
  if (!/^https?:$/.test(protocol)) throw new Error('Give an address that begins with http:// or https://')
  const prefix = pathname.replace(/\/$/, '')
  const mark = Date.now().toString(36) + Math.floor(Math.random() * 36 ** 4).toString(36)

  const ask = async (method: string, path: string, token?: string, body?: object) => {
    const headers = new Headers()
    if (token) headers.set('authorization', `Bearer ${token}`)
    if (body) headers.set('content-type', 'application/json')
    const url = `${origin}${prefix}${path}`
    const reply = await fetch(url, { method, headers, body: body ? JSON.stringify(body) : null })
    const text = await reply.text()
    if (!reply.ok) throw new Error(`${method} ${path} was answered with ${reply.status}: ${text}`)
    return { body: text === '' ? undefined : JSON.parse(text), tag: reply.headers.get('etag') ?? '' }
  }
  const register = async (name: string): Promise<SignedIn> => (await ask('POST', '/v1/users', undefined, { name })).body
  const [ana, luis] = [await register(`ana-${mark}`), await register(`luis-${mark}`)]
  const [room, hidden] = [`Contract-${mark}`, `hidden-${mark}`]
  await ask('POST', '/v1/rooms', ana.token, { name: room })
  await ask('POST', '/v1/rooms', ana.token, { name: hidden, visibility: 'private' })

  const wanted = { name: 'reader', scope: 'read', rooms: [room] }
  const reader = (await ask('POST', '/v1/tokens', ana.token, wanted)).body as IssuedToken

  const messages = `/v1/rooms/${room}/messages`
  const send = async (text: string) => {
    const { body, tag } = await ask('POST', messages, ana.token, { text })
    return { id: (body as Message).id, tag }
  }
  const [first, second, third] = [await send('first'), await send('secnd'), await send('third')]
  const { tag } = await ask('PUT', `${messages}/${second.id}`, ana.token, { text: 'second' })
  await ask('DELETE', `${messages}/${third.id}`, ana.token)

  return {
    origin,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    host,
    path: (path) => prefix + path,
    ana: ana.token,
    luis: luis.token,
    reader: reader.token,
    anaName: ana.user.name,
    room,
    hidden,
    message: first,
    changed: { id: second.id, oldTag: second.tag, tag },
    deleted: third,
    epoch: first.tag.slice(1).split('.')[0] ?? '',
    trying: ''
  }
}
