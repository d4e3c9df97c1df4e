import type { Answer, Commands } from '../../commands.ts'
import { endTokens } from './session.ts'
import type { Transaction } from './transaction.ts'

/** What whoever runs the server decides about somebody. */

/** All that signed them in as a person ends, and one code is left that does. Tokens of programs stay, as with a new password. */
export function resetUser(tx: Transaction, { user, codeDigest, expiresAtMs }: Commands['reset-user']): Answer<'reset-user'> {
  if (!tx.mayAct(user)) return { refused: { code: 'user-not-found' } } // meanwhile
  const ended = endTokens(tx, user, ['session'])
  tx.run('DELETE FROM password WHERE user = ?', user)
  tx.run('INSERT INTO link (digest, user, expiresAt) VALUES (?, ?, ?)', codeDigest, user, expiresAtMs)
  return { ended }
}

/** All that signs them or their bots in ends, and nothing does until it is undone. */
export function disableUser(tx: Transaction, { user, disabled, atMs }: Commands['disable-user']): Answer<'disable-user'> {
  tx.run('UPDATE user SET disabledAt = ? WHERE id = ?', disabled ? atMs : null, user)
  if (!disabled) return { ended: [] }
  const bots = tx.all<{ id: number }>('SELECT id FROM user WHERE owner = ? AND leftAt IS NULL', user).map(({ id }) => id)
  return { ended: [user, ...bots].flatMap((one) => endTokens(tx, one, ['session', 'named'])) }
}

export function setAdmin(tx: Transaction, { user, admin }: Commands['set-admin']): Answer<'set-admin'> {
  tx.run('UPDATE user SET admin = ? WHERE id = ?', admin ? 1 : 0, user)
  return {}
}
