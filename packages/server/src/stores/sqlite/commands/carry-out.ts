import type { Answer, CommandKind, Commands } from '../../store.ts'
import { changeRoom } from './change-room.ts'
import { createRoom } from './create-room.ts'
import { deleteMessage } from './delete.ts'
import { edit } from './edit.ts'
import { ensureUser } from './ensure-user.ts'
import { joinRoom } from './join.ts'
import { collectLab, registerLab } from './lab.ts'
import { leaveRoom } from './leave.ts'
import { markRead } from './mark-read.ts'
import { register } from './register.ts'
import { send } from './send.ts'
import type { Transaction } from './transaction.ts'

/** How each command is carried out inside the open transaction. All its checks come before its first write. */
const executors: { [K in CommandKind]: (tx: Transaction, command: Commands[K], epoch: string) => Answer<K> } = {
  register,
  'ensure-user': ensureUser,
  'register-lab': registerLab,
  'collect-lab': collectLab,
  'create-room': createRoom,
  'change-room': changeRoom,
  join: joinRoom,
  leave: leaveRoom,
  'mark-read': markRead,
  send,
  edit,
  delete: deleteMessage
}

export const carryOut = <K extends CommandKind>(tx: Transaction, epoch: string, command: { kind: K } & Commands[K]): Answer<K> =>
  executors[command.kind](tx, command, epoch)
