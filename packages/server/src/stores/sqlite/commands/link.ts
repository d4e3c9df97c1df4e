import { linksMax } from '@tertulia/protocol/limits'
import type { Answer, Commands } from '../../commands.ts'
import { readUserById } from '../reads/users.ts'
import { beginSession, isStillToken } from './session.ts'
import type { Transaction } from './transaction.ts'

/** Codes that were used or are too old stay known as such, until the user has made some newer ones. */
export function makeLink(tx: Transaction, { actor, by, codeDigest, expiresAtMs }: Commands['make-link']): Answer<'make-link'> {
  if (!isStillToken(tx, by)) return { refused: { code: 'unauthorized' } }
  const old = tx.all<{ digest: Uint8Array }>(beyondTheNewest, actor, linksMax - 1)
  for (const { digest } of old) tx.run('DELETE FROM link WHERE digest = ?', digest)
  tx.run('INSERT INTO link (digest, user, expiresAt) VALUES (?, ?, ?)', codeDigest, actor, expiresAtMs)
  return {}
}

const beyondTheNewest = 'SELECT digest FROM link WHERE user = ? ORDER BY expiresAt DESC LIMIT -1 OFFSET ?'

/** Finding and using are one step: of two who use a code at the same moment exactly one is signed in. */
export function redeemLink(tx: Transaction, { codeDigest, tokenDigest, atMs }: Commands['redeem-link']): Answer<'redeem-link'> {
  const link = tx.get<{ user: number; expiresAt: number; usedAt: number | null }>(
    'SELECT user, expiresAt, usedAt FROM link WHERE digest = ?',
    codeDigest
  )
  if (!link || !tx.mayAct(link.user)) return { refused: { code: 'sign-in-failed' } }
  if (link.usedAt !== null) return { refused: { code: 'link-spent' } }
  if (link.expiresAt <= atMs) return { refused: { code: 'link-expired' } }
  tx.run('UPDATE link SET usedAt = ? WHERE digest = ?', atMs, codeDigest)
  return { ended: beginSession(tx, link.user, tokenDigest, atMs), user: readUserById(tx, link.user) }
}
