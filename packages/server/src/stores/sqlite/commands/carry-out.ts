import type { Answer, Command, CommandKind } from '../../store.ts'
import { changeRoom } from './change-room.ts'
import { createRoom } from './create-room.ts'
import { deleteMessage } from './delete.ts'
import { edit } from './edit.ts'
import { ensureUser } from './ensure-user.ts'
import { joinRoom } from './join.ts'
import { collectLab, registerLab } from './lab.ts'
import { leaveRoom } from './leave.ts'
import { register } from './register.ts'
import { send } from './send.ts'
import type { Transaction } from './transaction.ts'

/** Carry out one command inside the open transaction. All its checks come before its first write. */
export function carryOut(tx: Transaction, epoch: string, command: Command): Answer<CommandKind> {
  switch (command.kind) {
    case 'register':
      return register(tx, command)
    case 'ensure-user':
      return ensureUser(tx, command)
    case 'register-lab':
      return registerLab(tx, command)
    case 'collect-lab':
      return collectLab(tx, command)
    case 'create-room':
      return createRoom(tx, command)
    case 'change-room':
      return changeRoom(tx, epoch, command)
    case 'join':
      return joinRoom(tx, command)
    case 'leave':
      return leaveRoom(tx, command)
    case 'send':
      return send(tx, command)
    case 'edit':
      return edit(tx, epoch, command)
    case 'delete':
      return deleteMessage(tx, epoch, command)
    default:
      return command satisfies never
  }
}
