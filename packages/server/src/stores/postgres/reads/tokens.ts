import type { Token, TokenScope } from '@tertulia/protocol'
import { keyRange } from '../../key-range.ts'
import type { ListPage, ListRange, StoredToken, TokenRoom } from '../../records.ts'
import { listPage } from '../../rows.ts'
import type { Reader } from '../reader.ts'
import { toUser, type UserRow, userColumns } from './users.ts'

interface TokenRow extends UserRow {
  digest: Uint8Array
  token_id: number
  token_kind: StoredToken['kind']
  scope: TokenScope
  rooms: TokenRoom[] | null
  expires_at: number | null
}

const byDigests = `SELECT ${userColumns}, t.digest, t.id AS token_id, t.kind AS token_kind, t.scope, t.expires_at,
         CASE WHEN t.rooms IS NOT NULL THEN coalesce((SELECT json_agg(json_build_object('log', r.log, 'name', r.name) ORDER BY r.name_key)
           FROM room r WHERE r.log = ANY (t.rooms)), '[]') END AS rooms
    FROM token t JOIN users u ON u.id = t.user_id WHERE t.digest = ANY ($1::bytea[])`

const lookupsMax = 500

interface Lookup {
  digest: Uint8Array
  resolve: (token: StoredToken | undefined) => void
  reject: (error: unknown) => void
}

/** Looks up tokens: those that are asked for in one turn together, since each of many thousand open streams asks for its own all the time. */
export class TokenLookups {
  readonly #reader: Pick<Reader, 'all'>
  #waiting: Lookup[] = []

  constructor(reader: Pick<Reader, 'all'>) {
    this.#reader = reader
  }

  /** The token with this SHA-256 digest, also one whose time is over. */
  find(digest: Uint8Array): Promise<StoredToken | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.push({ digest, resolve, reject }) === 1) setImmediate(() => this.#ask())
    })
  }

  #ask(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (let from = 0; from < waiting.length; from += lookupsMax) void this.#answer(waiting.slice(from, from + lookupsMax))
  }

  async #answer(lookups: readonly Lookup[]): Promise<void> {
    try {
      const digests = lookups.map(({ digest }) => digest)
      const rows = await this.#reader.all<TokenRow>(byDigests, digests)
      const tokens = new Map(rows.map((row) => [keyOf(row.digest), toToken(row)]))
      for (const { digest, resolve } of lookups) resolve(tokens.get(keyOf(digest)))
    } catch (error) {
      for (const { reject } of lookups) reject(error)
    }
  }
}

const keyOf = (digest: Uint8Array): string => Buffer.from(digest).toString('latin1')

function toToken(row: TokenRow): StoredToken {
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
