import { nameKey } from '@tertulia/protocol/name-key'
import type { Answer, Commands } from '../../commands.ts'
import { readLabUser, readUser } from '../reads/users.ts'
import { insertUser } from './register.ts'
import type { Transaction } from './transaction.ts'

export function ensureUser(tx: Transaction, { name, userKind, atMs }: Commands['ensure-user']): Answer<'ensure-user'> {
  if (readLabUser(tx, name)) return { refused: { code: 'name-taken' } } // nobody vouches for those
  const known = readUser(tx, name)
  if (known) return known.name === name ? { user: known, isNew: false } : { refused: { code: 'name-taken' } }
  // Somebody had it, and has left for ever.
  if (tx.get('SELECT 1 FROM user WHERE nameKey = ?', nameKey(name))) return { refused: { code: 'name-taken' } }
  return { user: insertUser(tx, name, userKind, atMs), isNew: true }
}
