import { sessionsMax } from '@tertulia/protocol/limits'
import type { Transaction } from './transaction.ts'

/**
 * A user is signed in on one more device.
 * @returns digests of what had to end for it: the oldest ones, of a user who has very many
 */
export function beginSession(tx: Transaction, user: number, digest: Uint8Array, atMs: number): Uint8Array[] {
  const tooOld = tx.all<{ digest: Uint8Array }>(beyondTheNewest, user, sessionsMax - 1).map((row) => row.digest)
  for (const old of tooOld) tx.run('DELETE FROM token WHERE digest = ?', old)
  tx.run("INSERT INTO token (digest, user, kind, scope, createdAt) VALUES (?, ?, 'session', 'write', ?)", digest, user, atMs)
  return tooOld
}

const beyondTheNewest = "SELECT digest FROM token WHERE user = ? AND kind = 'session' ORDER BY id DESC LIMIT -1 OFFSET ?"

/** Whether a token is there still: what it asked for may have waited behind its end. */
export const isStillToken = (tx: Transaction, digest: Uint8Array): boolean =>
  tx.get('SELECT 1 FROM token WHERE digest = ?', digest) !== undefined

/**
 * End what signs somebody in, and their links with it.
 * @returns digests of the tokens that ended
 */
export function endTokens(tx: Transaction, user: number, kinds: readonly ('session' | 'named')[]): Uint8Array[] {
  const ended: Uint8Array[] = []
  for (const kind of kinds) {
    const tokens = tx.all<{ digest: Uint8Array }>(`SELECT digest FROM token WHERE user = ? AND kind = '${kind}'`, user)
    for (const { digest } of tokens) tx.run('DELETE FROM token WHERE digest = ?', digest)
    ended.push(...tokens.map(({ digest }) => digest))
  }
  tx.run('DELETE FROM link WHERE user = ?', user)
  return ended
}
