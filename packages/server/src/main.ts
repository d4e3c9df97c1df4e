import { isatty } from 'node:tty'
import { shellWord } from './banner.ts'
import { CannotStart } from './cannot-start.ts'
import { chatWords } from './chat-words.ts'
import { isUsualDb, parseOrder } from './config.ts'
import { exit, fail, lastWordsMs } from './failure.ts'
import { helpText } from './help-page.ts'
import type { MaintenanceOrder } from './maintenance-words.ts'
import { maintainStore, openStore, StoreInUseError, StoreOpenError } from './open-store.ts'
import { CannotOperate, OrderFailed, operate } from './operate.ts'
import type { Order } from './operator/order.ts'
import { Outlet } from './outlet.ts'
import { start } from './start.ts'
import { outliveTerminals } from './terminal.ts'
import { UsageError } from './usage-error.ts'
import { version } from './version.ts'
import { hearWarnings } from './warnings.ts'

/** The program `chat-server`. It keeps running until a signal stops it, or until it fails, and then ends whatever still runs. */
export async function main(argv: readonly string[]): Promise<void> {
  outliveTerminals()
  try {
    const order = parseOrder(argv, process.env)
    if (order.do === 'help') await print(helpText(order.of))
    else if (order.do === 'version') await print(`${version}\n`)
    else if (order.do === 'operate') await carryOutAlone(order.db, order.order)
    else if (order.do === 'maintain') await maintainAlone(order.order)
    else await start(order.config)
  } catch (error) {
    const { message, stack } = error as Error
    if (error instanceof UsageError)
      await fail(exit.usage, /: chat-server /.test(message) ? message : `${message}. To see what there is: chat-server --help`)
    else if (error instanceof CannotStart || error instanceof CannotOperate) await fail(exit.cannotStart, message)
    else if (error instanceof OrderFailed) await fail(exit.failed, message)
    else await fail(exit.failed, stack ?? message)
    process.exit()
  }
}

/** Written as fast as it is read. A reader that has gone, as `head` does, or with its terminal, has read enough. */
async function print(text: string): Promise<void> {
  const out = new Outlet(1)
  out.write(text)
  await out.flush()
  const { fault } = out
  if (fault === undefined || fault.code === 'EPIPE' || fault.code === 'EIO') return
  const why = fault.code === 'ENOSPC' ? 'the disk is full' : fault.message
  await fail(exit.failed, `The output cannot be written: ${why}.`)
}

/** Data on standard output, and talk beside it. */
async function carryOutAlone(db: string, order: Order): Promise<void> {
  hearWarnings(sayWarning)
  const open = async (path: string) => (await openStore({ db: path }).catch(cannotOpen)).store
  const { out, talk } = await operate(db, order, open, {
    chat: chatWords(process.env),
    dbFlag: isUsualDb(db, process.env) ? '' : ` --db ${shellWord(db)}`,
    isForEyes: isatty(1)
  })
  await tell(out, talk)
  process.exit()
}

async function maintainAlone(order: MaintenanceOrder): Promise<void> {
  hearWarnings(sayWarning)
  const { db } = order
  const dbFlag = isUsualDb(db, process.env) ? [] : ['--db', db]
  const line = (...words: string[]) => ['chat-server', ...[...words, ...dbFlag].map(shellWord)].join(' ')
  const { maintain } = await import('./maintain.ts') // what starts a server need not read it
  const { out, talk, ok } = await maintain(order, maintainStore, line)
  await tell(out, talk)
  process.exit(ok ? undefined : exit.failed)
}

async function tell(out: string, talk: string): Promise<void> {
  if (out !== '') await print(out)
  const beside = new Outlet(2)
  if (talk !== '') beside.write(talk)
  await beside.flush(lastWordsMs)
}

function cannotOpen(error: Error): never {
  const isFinal = error instanceof StoreOpenError && !(error instanceof StoreInUseError) // then the server is asked again
  throw isFinal ? new CannotStart(error.message, { cause: error }) : error
}

const sayWarning = ({ message }: Error): void => void process.stderr.write(`chat-server: ${message}\n`)
