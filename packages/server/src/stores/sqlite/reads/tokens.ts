import type { Token, TokenScope } from '@tertulia/protocol'
import { keyRange } from '../../key-range.ts'
import type { ListPage, ListRange, StoredToken, TokenRoom } from '../../records.ts'
import { isoTime, isoTimeOrNull, listPage } from '../../rows.ts'
import type { Sql } from '../sql.ts'
import { toUser, type UserRow, userColumns } from './users.ts'

interface TokenRow extends UserRow {
  tokenId: number
  tokenKind: StoredToken['kind']
  scope: TokenScope
  rooms: string | null
  expiresAt: number | null
}

export function readToken(sql: Sql, digest: Uint8Array): StoredToken | undefined {
  const row = sql.get<TokenRow>(
    `SELECT ${userColumns}, t.id AS tokenId, t.kind AS tokenKind, t.scope, t.rooms, t.expiresAt
       FROM token t JOIN user u ON u.id = t.user WHERE t.digest = ?`,
    digest
  )
  if (!row) return undefined
  const { tokenId, tokenKind, scope, rooms, expiresAt, ...user } = row
  return {
    id: tokenId,
    user: toUser(user),
    kind: tokenKind,
    scope,
    rooms: rooms === null ? null : readTokenRooms(sql, rooms),
    expiresAtMs: expiresAt
  }
}

interface NamedRow {
  id: number
  name: string
  key: string
  scope: TokenScope
  rooms: string | null
  expiresAt: number | null
  createdAt: number
}

const named = 'SELECT id, name, nameKey AS key, scope, rooms, expiresAt, createdAt FROM token'

/** One that has a name. */
export const readTokenById = (sql: Sql, id: number): Token =>
  toToken(sql, sql.get<Record<keyof NamedRow, never>>(`${named} WHERE id = ?`, id) as NamedRow)

export function readTokens(sql: Sql, user: number, range: ListRange): ListPage<Token> {
  const { from, to } = keyRange(range)
  const rows = sql.all<NamedRow & Record<string, never>>(
    `${named} WHERE user = ? AND kind = 'named' AND nameKey >= ? AND nameKey < ? ORDER BY nameKey LIMIT ?`,
    user,
    from,
    to,
    range.limit + 1
  )
  return listPage(rows, range.limit, (row) => toToken(sql, row))
}

const toToken = (sql: Sql, { id, name, scope, rooms, expiresAt, createdAt }: NamedRow): Token => ({
  id,
  name,
  scope,
  rooms: rooms === null ? null : readTokenRooms(sql, rooms).map((room) => room.name),
  expiresAt: isoTimeOrNull(expiresAt),
  createdAt: isoTime(createdAt)
})

/** @param logs  as the table of tokens has them: a JSON array */
const readTokenRooms = (sql: Sql, logs: string): TokenRoom[] =>
  sql.all<Record<'log' | 'name', never>>(
    'SELECT r.log, r.name FROM json_each(?) one CROSS JOIN room r ON r.log = one.value ORDER BY r.nameKey',
    logs
  )
