import type { TokenScope } from '@tertulia/protocol'
import type { StoredToken, TokenRoom } from '../../store.ts'
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

/** @param logs  as the table of tokens has them: a JSON array */
const readTokenRooms = (sql: Sql, logs: string): TokenRoom[] =>
  sql.all<Record<'log' | 'name', never>>(
    'SELECT r.log, r.name FROM json_each(?) one CROSS JOIN room r ON r.log = one.value ORDER BY r.nameKey',
    logs
  )
