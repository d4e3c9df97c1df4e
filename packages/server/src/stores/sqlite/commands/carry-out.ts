import type { AnswerOf, Commands, Results } from '../../commands.ts'
import type { LabCommands, LabResults } from '../../lab-store.ts'
import { makeBot } from './bot.ts'
import { changeRoom } from './change-room.ts'
import { createRoom } from './create-room.ts'
import { deleteMessage } from './delete.ts'
import { edit } from './edit.ts'
import { ensureUser } from './ensure-user.ts'
import { endInvite, makeInvite } from './invite.ts'
import { joinRoom } from './join.ts'
import { joinByInvite } from './join-by-invite.ts'
import { collectLab, registerLab } from './lab.ts'
import { leaveRoom } from './leave.ts'
import { leaveForEver } from './leave-for-ever.ts'
import { makeLink, redeemLink } from './link.ts'
import { markRead } from './mark-read.ts'
import { noteClock } from './note-clock.ts'
import { disableUser, resetUser, setAdmin } from './operator.ts'
import { setPassword } from './password.ts'
import { register } from './register.ts'
import { send } from './send.ts'
import { setRole } from './set-role.ts'
import { signIn, signOut } from './sign-in.ts'
import { sweep } from './sweep.ts'
import { endToken, makeToken } from './token.ts'
import type { Transaction } from './transaction.ts'

interface SqliteCommands extends Commands, LabCommands {}
interface SqliteResults extends Results, LabResults {}
type SqliteCommandOf<K extends keyof SqliteCommands> = { kind: K } & SqliteCommands[K]
export type SqliteCommand = { [K in keyof SqliteCommands]: SqliteCommandOf<K> }[keyof SqliteCommands]
export type SqliteAnswer = AnswerOf<SqliteResults[keyof SqliteResults]>

type Executor<K extends keyof SqliteCommands> = (
  tx: Transaction,
  command: SqliteCommands[K],
  epoch: string
) => AnswerOf<SqliteResults[K]>

/** How each command is carried out inside the open transaction. All its checks come before its first write. */
const executors: { [K in keyof SqliteCommands]: Executor<K> } = {
  register,
  'sign-in': signIn,
  'make-link': makeLink,
  'redeem-link': redeemLink,
  'sign-out': signOut,
  'set-password': setPassword,
  'make-token': makeToken,
  'end-token': endToken,
  'make-bot': makeBot,
  'make-invite': makeInvite,
  'end-invite': endInvite,
  'reset-user': resetUser,
  'disable-user': disableUser,
  'set-admin': setAdmin,
  'leave-for-ever': leaveForEver,
  'ensure-user': ensureUser,
  'register-lab': registerLab,
  'collect-lab': collectLab,
  'create-room': createRoom,
  'change-room': changeRoom,
  join: joinRoom,
  'join-by-invite': joinByInvite,
  leave: leaveRoom,
  'set-role': setRole,
  'mark-read': markRead,
  send,
  edit,
  delete: deleteMessage,
  'note-clock': noteClock,
  sweep
}

/** What somebody asked for before they left for ever or were disabled, and what is reached only after it, is not theirs any more. */
export function carryOut<K extends keyof SqliteCommands>(
  tx: Transaction,
  epoch: string,
  command: SqliteCommandOf<K>
): AnswerOf<SqliteResults[K]> {
  const { actor } = command as { actor?: number | null }
  if (typeof actor === 'number' && !tx.mayAct(actor)) return { refused: { code: 'unauthorized' } }
  const answer = executors[command.kind](tx, command, epoch)
  const told = tx.takeTold()
  if (!answer.refused && told.length > 0) answer.told = told
  return answer
}
