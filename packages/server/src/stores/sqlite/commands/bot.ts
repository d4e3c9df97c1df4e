import { botsMax } from '@tertulia/protocol/limits'
import { nameKey } from '@tertulia/protocol/name-key'
import type { Answer, Commands } from '../../commands.ts'
import { insertUser } from './register.ts'
import { isStillToken } from './session.ts'
import { insertToken } from './token.ts'
import type { Transaction } from './transaction.ts'

export function makeBot(tx: Transaction, command: Commands['make-bot']): Answer<'make-bot'> {
  const { actor, by, name, tokenName, tokenDigest, atMs } = command
  if (!isStillToken(tx, by)) return { refused: { code: 'unauthorized' } }
  if (tx.get('SELECT 1 FROM user WHERE nameKey = ?', nameKey(name))) return { refused: { code: 'name-taken' } }
  if (tx.get(lastAllowed, actor, botsMax - 1)) return { refused: { code: 'too-many-bots' } }
  const user = insertUser(tx, name, 'bot', atMs)
  tx.run('UPDATE user SET owner = ? WHERE id = ?', actor, user.id)
  insertToken(tx, { user: user.id, name: tokenName, scope: 'write', rooms: null, expiresAt: null }, tokenDigest, atMs)
  return { user }
}

const lastAllowed = 'SELECT 1 FROM user WHERE owner = ? AND leftAt IS NULL LIMIT 1 OFFSET ?'
