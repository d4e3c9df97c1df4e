import type { UserKind } from '@tertulia/protocol'
import { nameKey } from '@tertulia/protocol/name-key'
import type { Answer, Commands } from '../../store.ts'
import { isoTime } from '../rows.ts'
import type { Transaction } from './transaction.ts'

export function register(tx: Transaction, { name, userKind, tokenDigest, atMs }: Commands['register']): Answer<'register'> {
  if (tx.get('SELECT 1 FROM user WHERE nameKey = ?', nameKey(name))) return { refused: { code: 'name-taken' } }
  const id = insertUser(tx, name, userKind, atMs)
  tx.run('INSERT INTO token (digest, user, createdAt) VALUES (?, ?, ?)', tokenDigest, id, atMs)
  return { user: { id, name, kind: userKind, createdAt: isoTime(atMs) } }
}

/** @returns the id */
export const insertUser = (tx: Transaction, name: string, kind: UserKind, atMs: number): number =>
  tx.run('INSERT INTO user (name, nameKey, kind, createdAt) VALUES (?, ?, ?, ?)', name, nameKey(name), kind, atMs)
