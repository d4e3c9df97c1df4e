import type { UserKind } from '@tertulia/protocol'
import { nameKey } from '@tertulia/protocol/name-key'
import type { Answer, Commands, StoredUser } from '../../store.ts'
import { isoTime } from '../rows.ts'
import type { Transaction } from './transaction.ts'

export function register(tx: Transaction, { name, userKind, tokenDigest, atMs }: Commands['register']): Answer<'register'> {
  if (tx.get('SELECT 1 FROM user WHERE nameKey = ?', nameKey(name))) return { refused: { code: 'name-taken' } }
  const user = insertUser(tx, name, userKind, atMs)
  tx.run('INSERT INTO token (digest, user, createdAt) VALUES (?, ?, ?)', tokenDigest, user.id, atMs)
  return { user }
}

/** Somebody new, whose name is free. */
export function insertUser(tx: Transaction, name: string, kind: UserKind, atMs: number): StoredUser {
  const key = nameKey(name)
  const id = tx.run('INSERT INTO user (name, nameKey, kind, createdAt) VALUES (?, ?, ?, ?)', name, key, kind, atMs)
  return { id, name, key, kind, createdAt: isoTime(atMs) }
}
