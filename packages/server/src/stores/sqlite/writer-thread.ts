import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { StoreInUseError, StoreOpenError } from '../store.ts'
import { Batch, type Group } from './batch.ts'
import { type Crossing, toCrossing } from './crossing.ts'
import { Erasure } from './erasure.ts'
import type { CopyBefore } from './migrations/copy-before.ts'
import { removeOldCopies } from './migrations/kept-copies.ts'
import { openDatabase } from './open-database.ts'
import type { ToIndex } from './search/search-thread.ts'
import { UsedKeys } from './used-keys.ts'

/** The thread that owns the lock and the only writing connection. */

export interface WriterOptions {
  file: string
  eraseWithinMs: number
}
/** To the thread: a batch, a port to whoever keeps an index of the texts, or `close` after the last batch. */
export type ToWriter = Group[] | { index: MessagePort } | 'close'
/**
 * From the thread: first, where the database is copied before its schema changes, into which file; then whether it is open; then one
 * list of outcomes for each batch, whether texts are to be erased, and why nothing is written any more.
 */
export type FromWriter =
  | { copying: string; bytes: number }
  | { opened: { epoch: string; secret: Uint8Array; before: CopyBefore | undefined } }
  | { refused: string; inUse: boolean }
  | { outcomes: Crossing[] }
  | { erasureDue: boolean }
  | { off: string }

/** The index hears so late that texts have come: to wake its thread after each commit would cost a lone message a tenth more. */
const tellWithinMs = 200
/** How often it is looked for copies that are too old to be kept. */
const copiesEveryMs = 60 * 60 * 1000

if (!parentPort) throw new Error('writer-thread is loaded by a Worker')
const port = parentPort
const answer = (message: FromWriter) => port.postMessage(message)

try {
  serve(workerData as WriterOptions)
} catch (error) {
  if (!(error instanceof StoreOpenError)) throw error
  answer({ refused: error.message, inUse: error instanceof StoreInUseError })
  port.close()
}

const hasText = (group: Group): boolean => group.some((command) => 'text' in command)

function serve({ file, eraseWithinMs }: WriterOptions): void {
  const { wal, isEmptied, before } = openDatabase(file, Date.now(), (copying, bytes) => answer({ copying, bytes }))
  const { epoch, secret } = wal.sql.get<{ epoch: string; secret: Uint8Array }>('SELECT epoch, secret FROM meta') as {
    epoch: string
    secret: Uint8Array
  }
  const batch = new Batch(wal, epoch, file)
  const inBetween = <T>(work: () => T) => batch.betweenBatches(work, (off) => answer({ off }))
  const erasure = new Erasure(
    () => inBetween(() => wal.empty()) ?? false,
    eraseWithinMs,
    (isDue) => answer({ erasureDue: isDue })
  )

  const usedKeys = new UsedKeys(wal.sql, (work) => {
    const done = inBetween(() => wal.transaction(work))
    inBetween(() => wal.keepShort())
    return done
  })

  const lookAtCopies = () => inBetween(() => removeOldCopies(file, Date.now()))
  lookAtCopies()
  const copies = setInterval(lookAtCopies, copiesEveryMs)

  let index: MessagePort | undefined
  let telling: NodeJS.Timeout | undefined
  const tell = (erased: ToIndex['erased']) => index?.postMessage({ erased } satisfies ToIndex)
  const tellSoon = () => {
    telling ??= setTimeout(() => {
      telling = undefined
      tell([])
    }, tellWithinMs)
  }
  port.on('message', (message: ToWriter) => {
    if (!Array.isArray(message) && message !== 'close') {
      index?.close()
      index = message.index
      return
    }
    if (message === 'close') {
      usedKeys.close()
      clearInterval(copies)
      erasure.stop()
      clearTimeout(telling)
      inBetween(() => wal.empty())
      wal.close()
      index?.close()
      port.close()
      return
    }
    answer({ outcomes: batch.run(message).map(toCrossing) })
    const erased = batch.takeErased()
    if (erased.length > 0) {
      erasure.due()
      tell(erased)
    } else if (message.some(hasText)) tellSoon()
    inBetween(() => wal.keepShort())
  })
  answer({ opened: { epoch, secret, before } })
  if (!isEmptied) erasure.due() // what a killed server left to do
}
