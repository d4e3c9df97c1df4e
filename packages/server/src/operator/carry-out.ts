import { ChatError, OtherSpelling } from '../services/chat-error.ts'
import type { OperatorService } from '../services/operator.ts'
import type { Answer, Order } from './order.ts'

/** @param server  where others reach the server; null: nobody knows */
export async function carryOut(operator: OperatorService, order: Order, server: string | null): Promise<Answer> {
  try {
    return await answerTo(operator, order, server)
  } catch (error) {
    if (error instanceof ChatError || error instanceof OtherSpelling) return { refused: error.message }
    throw error
  }
}

async function answerTo(operator: OperatorService, order: Order, server: string | null): Promise<Answer> {
  switch (order.do) {
    case 'invite':
      return { did: 'invite', invite: await operator.invite(order), server }
    case 'list':
      return { did: 'list', ...(await operator.list(order.after)) }
    case 'reset':
      return { did: 'reset', ...(await operator.reset(order.name)), server }
    case 'disable':
      return { did: 'disable', ...(await operator.disable(order.name, !order.undo)), undo: order.undo }
    case 'admin':
      return { did: 'admin', name: await operator.setAdmin(order.name, !order.undo), undo: order.undo }
    default:
      order satisfies never
      return { refused: 'The server that runs is of another version than this program, and does not know that.' }
  }
}
