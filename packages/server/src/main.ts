import { isatty } from 'node:tty'
import { placeFlag, shellWord } from './banner.ts'
import { CannotStart } from './cannot-start.ts'
import { isUsual, type Order, parseOrder, shown } from './config.ts'
import { exit, fail, lastWordsMs } from './failure.ts'
import { helpText } from './help-page.ts'
import type { MaintenanceOrder } from './maintenance-words.ts'
import { maintainStore, openStore, type Place, StoreInUseError, StoreOpenError } from './open-store.ts'
import { CannotOperate, OrderFailed, operate } from './operate.ts'
import { Outlet } from './outlet.ts'
import { asTyped, programWords } from './program-words.ts'
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
    if (argv.some(hasPassword)) process.title = 'chat-server' // instead of the words that everybody on this machine can read
    if (order.do === 'help') await print(asTyped(helpText(order.of)))
    else if (order.do === 'version') await print(`${version}\n`)
    else if (order.do === 'operate') await carryOutAlone(order)
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
async function carryOutAlone({ kept, order, publicUrl }: Extract<Order, { do: 'operate' }>): Promise<void> {
  hearWarnings(sayWarning)
  const opened = async (place: Place) => (await openStore(place).catch(cannotOpen)).store
  const open = kept.db === undefined ? () => opened({ url: kept.store }) : (path: string) => opened({ db: path })
  const { out, talk } = await operate(kept.db, order, open, {
    chat: programWords('chat', process.env),
    dbFlag: isUsual(kept, process.env) ? '' : placeFlag(shown(kept)),
    publicUrl,
    isForEyes: isatty(1)
  })
  await tell(out, talk)
  process.exit()
}

async function maintainAlone(order: MaintenanceOrder): Promise<void> {
  hearWarnings(sayWarning)
  // What is said to be typed is about the database as it is then.
  const kept = order.do === 'copy' ? { store: order.to } : { db: order.db }
  const place = isUsual(kept, process.env) ? '' : placeFlag(shown(kept))
  const line = (...words: string[]) => `${['chat-server', ...words].map(shellWord).join(' ')}${place}`
  const { maintain } = await import('./maintain.ts') // what starts a server need not read it
  const { out, talk, ok } = await maintain(order, maintainStore, line)
  await tell(out, talk)
  process.exit(ok ? undefined : exit.failed)
}

async function tell(out: string, talk: string): Promise<void> {
  if (out !== '') await print(out)
  const beside = new Outlet(2)
  if (talk !== '') beside.write(asTyped(talk))
  await beside.flush(lastWordsMs)
}

function cannotOpen(error: Error): never {
  const isFinal = error instanceof StoreOpenError && !(error instanceof StoreInUseError) // then the server is asked again
  throw isFinal ? new CannotStart(error.message, { cause: error }) : error
}

/** Of NATS what stands before the host is a token, where it is no user with a password. */
const hasPassword = (word: string): boolean => /postgres(ql)?:.*(:.*@|password=)|(nats|tls):\/\/.*@/.test(word)

const sayWarning = ({ message }: Error): void => void process.stderr.write(`chat-server: ${asTyped(message)}\n`)
