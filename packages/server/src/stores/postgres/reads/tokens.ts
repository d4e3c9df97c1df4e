import type { Token, TokenScope } from '@tertulia/protocol'
import { keyRange } from '../../key-range.ts'
import type { ListPage, ListRange, StoredToken, TokenRoom } from '../../records.ts'
import { listPage } from '../../rows.ts'
import type { Reader } from '../reader.ts'
import { toUser, type UserRow, userColumns } from './users.ts'

interface TokenRow extends UserRow {
  token_id: number
  token_kind: StoredToken['kind']
  scope: TokenScope
  rooms: TokenRoom[] | null
  expires_at: number | null
}

const byDigest = `SELECT ${userColumns}, t.id AS token_id, t.kind AS token_kind, t.scope, t.expires_at,
         CASE WHEN t.rooms IS NOT NULL THEN coalesce((SELECT json_agg(json_build_object('log', r.log, 'name', r.name) ORDER BY r.name_key)
           FROM room r WHERE r.log = ANY (t.rooms)), '[]') END AS rooms
    FROM token t JOIN users u ON u.id = t.user_id WHERE t.digest = $1`

export async function readToken(reader: Reader, digest: Uint8Array): Promise<StoredToken | undefined> {
  const row = await reader.first<TokenRow>(byDigest, digest)
  if (!row) return undefined
  const { token_id: id, token_kind: kind, scope, rooms, expires_at: expiresAtMs } = row
  return { id, user: toUser(row), kind, scope, rooms, expiresAtMs }
}

const named = `SELECT name_key AS key, token_json(t) AS token FROM token t
  WHERE user_id = $1 AND kind = 'named' AND name_key >= $2 AND name_key < $3 ORDER BY name_key LIMIT $4`

export async function readTokens(reader: Reader, user: number, range: ListRange): Promise<ListPage<Token>> {
  const { from, to } = keyRange(range)
  const rows = await reader.all<{ key: string; token: Token }>(named, user, from, to, range.limit + 1)
  return listPage(rows, range.limit, ({ token }) => token)
}
