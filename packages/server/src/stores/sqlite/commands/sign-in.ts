import type { Answer, Commands } from '../../commands.ts'
import { readUserById } from '../reads/users.ts'
import { readPassword, writePassword } from './password.ts'
import { beginSession } from './session.ts'
import type { Transaction } from './transaction.ts'

/** The password was compared before: here it only has to be the present one still. */
export function signIn(tx: Transaction, command: Commands['sign-in']): Answer<'sign-in'> {
  const { user, hash, renewed, tokenDigest, atMs } = command
  const present = readPassword(tx, user)
  if (!present || Buffer.compare(present, hash) !== 0 || !tx.mayAct(user)) return { refused: { code: 'sign-in-failed' } }
  if (renewed) writePassword(tx, user, renewed)
  return { ended: beginSession(tx, user, tokenDigest, atMs), user: readUserById(tx, user) }
}

export function signOut(tx: Transaction, { tokenDigest }: Commands['sign-out']): Answer<'sign-out'> {
  tx.run('DELETE FROM token WHERE digest = ?', tokenDigest)
  return { ended: [tokenDigest] }
}
