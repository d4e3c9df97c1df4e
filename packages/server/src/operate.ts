import { existsSync, realpathSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { inviteLink } from '@tertulia/protocol'
import { AnswerLost, askServer } from './operator/ask-server.ts'
import { carryOut } from './operator/carry-out.ts'
import type { Answer, Lacks, ListedUser, Order } from './operator/order.ts'
import { NoWayToSocket, socketFile } from './operator/socket-place.ts'
import { userLines } from './operator/user-lines.ts'
import { minute } from './services/minute.ts'
import { OperatorService } from './services/operator.ts'
import { TokenCache } from './services/token-cache.ts'
import { type Store, StoreInUseError } from './stores/store.ts'

/** A server that starts or stops has its database for a while without hearing orders. */
const untilHeardMs = 10_000
const againMs = 100

/** What is printed: data on standard output, and beside it what a person should know. */
export interface Told {
  out: string
  talk: string
}

/** Where it is told, and what has to be typed there. */
export interface Surroundings {
  /** For `chat`. */
  chat: string
  /** With a space before it; empty where `chat-server` finds this database by itself. */
  dbFlag: string
  /** Where others reach a server that cannot be asked; undefined: nobody knows. */
  publicUrl: string | undefined
  /** What is listed goes to a terminal. */
  isForEyes: boolean
}

/** The order cannot be carried out as things are; the message says what to do. */
export class CannotOperate extends Error {}

/** It was refused, or nobody knows what became of it. */
export class OrderFailed extends Error {}

/**
 * Carry out an order, in the server that runs with this database, or where none runs in the file itself. What no file holds is for several
 * servers at once: there it is done beside them.
 * @param db  the database file; undefined: another place, which `open` knows
 * @param open  opens the database
 * @throws CannotOperate, OrderFailed
 */
export async function operate(
  db: string | undefined,
  order: Order,
  open: (db: string) => Promise<Store>,
  { chat, dbFlag, publicUrl, isForEyes }: Surroundings
): Promise<Told> {
  const alone = (path: string, one: Order) => inStore(path, one, open, publicUrl ?? null)
  const ask = db === undefined ? (one: Order) => alone('', one) : asker(db, alone)
  let answer = await ask(order)
  const users: ListedUser[] = []
  while ('did' in answer && answer.did === 'list' && answer.next !== null) {
    users.push(...answer.users)
    answer = await ask({ do: 'list', after: answer.next })
  }
  if ('refused' in answer) throw new OrderFailed(answer.refused)
  if (answer.did === 'list') return { out: userLines([...users, ...answer.users], isForEyes), talk: '' }
  return toldOf(answer, chat, dbFlag)
}

type Alone = (path: string, order: Order) => Promise<Answer>

function asker(db: string, alone: Alone): (order: Order) => Promise<Answer> {
  if (!existsSync(db)) throw new CannotOperate(`There is no database at ${db}. Start a server first, or name its file with --db.`)
  const path = realpathSync(db)
  const deadline = performance.now() + untilHeardMs
  return (order) => answerOf(path, order, alone, deadline)
}

async function answerOf(path: string, order: Order, alone: Alone, deadline: number): Promise<Answer> {
  for (;;) {
    const answer = await askServer(path, order).catch(refuse)
    if (answer) return answer
    try {
      return await alone(path, order)
    } catch (error) {
      if (!(error instanceof StoreInUseError)) throw error
      if (performance.now() > deadline) {
        throw new CannotOperate(
          `A chat-server is running with ${path}, but does not answer at ${socketFile(path)}. Its log says why.`
        )
      }
    }
    await pause(againMs)
  }
}

function refuse(error: NodeJS.ErrnoException): never {
  if (error instanceof AnswerLost) throw new OrderFailed(error.message, { cause: error })
  if (error instanceof NoWayToSocket) throw new CannotOperate(error.message, { cause: error })
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    throw new CannotOperate('A chat-server is running with this database as another user. Only that user may do this.')
  }
  throw error
}

async function inStore(path: string, order: Order, open: (db: string) => Promise<Store>, server: string | null): Promise<Answer> {
  const store = await open(path)
  try {
    const now = Date.now
    const operator = new OperatorService({ store, tokens: new TokenCache({ store, now }), tell: () => {}, now })
    return await carryOut(operator, order, server)
  } finally {
    await store.close()
  }
}

function toldOf(answer: Exclude<Answer, { refused: string } | { did: 'list' }>, chat: string, dbFlag: string): Told {
  switch (answer.did) {
    case 'invite': {
      const { code, uses, room, admin, expiresAt } = answer.invite
      const whom = uses === 1 ? '1 person' : `${uses} people`
      const where = `${room === null ? 'in' : `into ${room}`}${admin ? ` as ${uses === 1 ? 'an admin' : 'admins'}` : ''}`
      const link = answer.server === null ? undefined : inviteLink(answer.server, code)
      const how =
        link === undefined ? `Once the server runs:\n${chat} join 'URL/#join=${code}'` : `They type:\n${chat} join '${link}'`
      return {
        out: `${link ?? code}\n`,
        talk: `It lets ${whom} ${where}, until ${minute(expiresAt)}. ${how}\n`
      }
    }
    case 'reset': {
      const { name, code, expiresAt, server } = answer
      return {
        out: `${code}\n`,
        talk: `${name} is signed out everywhere and has no password any more. Until ${minute(expiresAt)} the code signs ${name} in, once:\n${chat} login ${server ?? 'URL'} --code ${code}\n`
      }
    }
    case 'disable': {
      const { name, undo, lacks } = answer
      const talk = undo
        ? `${name} is enabled again.\n${toSignIn(name, lacks, `${chat}-server user reset ${name}${dbFlag}`)}`
        : `${name} is disabled, and signed out everywhere.\n`
      return { out: '', talk }
    }
    case 'admin':
      return { out: '', talk: `${answer.name} is ${answer.undo ? 'no longer an admin' : 'an admin now'}.\n` }
    default:
      return answer satisfies never
  }
}

function toSignIn(name: string, lacks: Lacks, reset: string): string {
  if (lacks === 'password') return `${name} has no password. For a code that signs ${name} in:\n${reset}\n`
  if (lacks === 'token') return `${name} is a bot, and its tokens have ended: whoever owns it makes a new one.\n`
  return ''
}
