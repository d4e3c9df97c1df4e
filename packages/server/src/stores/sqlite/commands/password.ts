import type { Answer, Commands } from '../../commands.ts'
import type { StoredPassword } from '../../records.ts'
import { isStillToken } from './session.ts'
import type { Transaction } from './transaction.ts'

/** A new password ends whatever the old one, or a device that is lost, may still be good for. */
export function setPassword(tx: Transaction, { actor, by, was, password }: Commands['set-password']): Answer<'set-password'> {
  if (!isStillToken(tx, by)) return { refused: { code: 'unauthorized' } }
  const present = readPassword(tx, actor)
  const isSame = present === undefined ? was === null : was !== null && Buffer.compare(present, was) === 0
  if (!isSame) return { refused: { code: 'wrong-password' } }
  writePassword(tx, actor, password)
  const ended = tx
    .all<{ digest: Uint8Array }>("SELECT digest FROM token WHERE user = ? AND kind = 'session' AND digest <> ?", actor, by)
    .map(({ digest }) => digest)
  for (const digest of ended) tx.run('DELETE FROM token WHERE digest = ?', digest)
  tx.run('DELETE FROM link WHERE user = ?', actor)
  return { ended }
}

/** The hash of a user's password. */
export const readPassword = (tx: Transaction, user: number): Uint8Array | undefined =>
  tx.get<{ hash: Uint8Array }>('SELECT hash FROM password WHERE user = ?', user)?.hash

export function writePassword(tx: Transaction, user: number, password: StoredPassword): void {
  const { salt, hash, cost, blockSize, parallelization } = password
  tx.run(
    'INSERT OR REPLACE INTO password (user, salt, hash, cost, blockSize, parallelization) VALUES (?, ?, ?, ?, ?, ?)',
    user,
    salt,
    hash,
    cost,
    blockSize,
    parallelization
  )
}
