import type { UserKind } from '@tertulia/protocol'
import { nameKey } from '@tertulia/protocol/name-key'
import type { Answer, Commands } from '../../commands.ts'
import type { StoredUser } from '../../records.ts'
import { isoTime } from '../../rows.ts'
import { findInvite } from '../invite-access.ts'
import { redeem } from './join-by-invite.ts'
import { writePassword } from './password.ts'
import { beginSession } from './session.ts'
import type { Transaction } from './transaction.ts'

export function register(tx: Transaction, command: Commands['register']): Answer<'register'> {
  const { name, userKind, tokenDigest, password, atMs } = command
  const { refused, invite } = command.invite ? findInvite(tx, command.invite, atMs) : {}
  if (refused) return { refused }
  const room = invite?.place?.room
  if (room?.archived) return { refused: { code: 'room-archived', room: room.name } }
  if (tx.get('SELECT 1 FROM user WHERE nameKey = ?', nameKey(name))) return { refused: { code: 'name-taken' } }
  const user = insertUser(tx, name, userKind, atMs)
  beginSession(tx, user.id, tokenDigest, atMs)
  if (password) writePassword(tx, user.id, password)
  if (!invite) return { user }
  // Of somebody new alone: who has a name already may be a program, or have only its token.
  if (invite.admin === 1) tx.run('UPDATE user SET admin = 1 WHERE id = ?', user.id)
  const events = redeem(tx, invite, user.id, atMs)
  return { user: { ...user, admin: invite.admin === 1 }, added: room && { log: room.log, events } }
}

/** Somebody new, whose name is free, with a log of their own. */
export function insertUser(tx: Transaction, name: string, kind: UserKind, atMs: number): StoredUser {
  const key = nameKey(name)
  const log = tx.run("INSERT INTO log (kind, head, firstSeq) VALUES ('user', 0, 1)")
  const id = tx.run('INSERT INTO user (name, nameKey, kind, createdAt, log) VALUES (?, ?, ?, ?, ?)', name, key, kind, atMs, log)
  return { id, name, key, kind, createdAt: isoTime(atMs), admin: false, disabled: false }
}
