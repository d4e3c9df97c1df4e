import { tokensMax } from '@tertulia/protocol/limits'
import { nameKey } from '@tertulia/protocol/name-key'
import type { Answer, Commands } from '../../commands.ts'
import { visibleTo } from '../../rights.ts'
import { readTokenById } from '../reads/tokens.ts'
import { readBot, readUserById } from '../reads/users.ts'
import { isStillToken } from './session.ts'
import type { Transaction } from './transaction.ts'

export function makeToken(tx: Transaction, command: Commands['make-token']): Answer<'make-token'> {
  const { actor, by, name, bot, scope, rooms, expiresAtMs: expiresAt, tokenDigest, atMs } = command
  if (!isStillToken(tx, by)) return { refused: { code: 'unauthorized' } }
  const found = bot === undefined ? readUserById(tx, actor) : readBot(tx, actor, bot)
  if (!found || found.disabled) return { refused: { code: 'user-not-found' } }
  const user = found.id
  const logs = new Set<number>()
  for (const room of rooms ?? []) {
    const found = tx.room(room, user)
    if (!found || !visibleTo(found)) return { refused: { code: 'room-not-found', room } }
    logs.add(found.log)
  }
  const key = nameKey(name)
  const before = tx.get<{ id: number; expiresAt: number | null }>(byName, user, key)
  const isOver = before !== undefined && before.expiresAt !== null && before.expiresAt <= atMs
  if (before && !isOver) return { refused: { code: 'name-taken' } }
  if (!before && tx.get(lastAllowed, user, tokensMax - 1)) return { refused: { code: 'too-many-tokens' } }
  if (before) tx.run('DELETE FROM token WHERE id = ?', before.id)
  const bound = rooms === null ? null : JSON.stringify([...logs])
  return { token: readTokenById(tx, insertToken(tx, { user, name, scope, rooms: bound, expiresAt }, tokenDigest, atMs)) }
}

const byName = "SELECT id, expiresAt FROM token WHERE user = ? AND kind = 'named' AND nameKey = ?"
const lastAllowed = "SELECT 1 FROM token WHERE user = ? AND kind = 'named' LIMIT 1 OFFSET ?"

interface NamedToken {
  user: number
  name: string
  scope: string
  rooms: string | null
  expiresAt: number | null
}

/** @returns its id */
export function insertToken(tx: Transaction, token: NamedToken, digest: Uint8Array, atMs: number): number {
  const { user, name, scope, rooms, expiresAt } = token
  return tx.run(
    "INSERT INTO token (digest, user, kind, name, nameKey, scope, rooms, expiresAt, createdAt) VALUES (?, ?, 'named', ?, ?, ?, ?, ?, ?)",
    digest,
    user,
    name,
    nameKey(name),
    scope,
    rooms,
    expiresAt,
    atMs
  )
}

export function endToken(tx: Transaction, { actor, by, id }: Commands['end-token']): Answer<'end-token'> {
  if (!isStillToken(tx, by)) return { refused: { code: 'unauthorized' } }
  const found = tx.get<{ digest: Uint8Array }>(ofMineOrMyBots, id, actor, actor)
  if (!found) return { refused: { code: 'token-not-found' } }
  tx.run('DELETE FROM token WHERE digest = ?', found.digest)
  return { ended: [found.digest] }
}

const ofMineOrMyBots = `SELECT t.digest FROM token t JOIN user u ON u.id = t.user
  WHERE t.id = ? AND t.kind = 'named' AND (t.user = ? OR u.owner = ?)`
