import type { Ground } from './ground.ts'

type Body = string | Buffer

/** A whole request: `ask(at, 'GET /v1/rooms', ['Accept: *'+'/*'])`. A body gets its Content-Length. */
export function ask(at: Ground, line: string, fields: readonly string[] = [], body?: Body): Buffer {
  const [method, path = ''] = line.split(' ')
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  const head = [`${method} ${at.path(path)} HTTP/1.1`, `Host: ${at.host}`, ...fields, ...length]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(body ?? '')])
}

export const bearer = (token: string): string => `Authorization: Bearer ${token}`
export const json = 'Content-Type: application/json'

/** The same, by the one who is in both rooms. */
export const asAna = (at: Ground, line: string, fields: readonly string[] = [], body?: Body): Buffer =>
  ask(at, line, [bearer(at.ana), ...fields], body)

export const asLuis = (at: Ground, line: string, fields: readonly string[] = [], body?: Body): Buffer =>
  ask(at, line, [bearer(at.luis), ...fields], body)

export const messages = (at: Ground): string => `/v1/rooms/${at.room}/messages`
export const message = (at: Ground, id: number | string): string => `${messages(at)}/${id}`

/** What must never be carried out: were it found in the room, a request would have been smuggled. */
export const smuggled = (at: Ground): Buffer =>
  asAna(at, `POST ${messages(at)}`, [json], JSON.stringify({ text: `${smuggledMark}${at.trying}` }))
export const smuggledMark = 'smuggled: '
