import { parentPort, workerData } from 'node:worker_threads'
import { StoreOpenError } from '../store.ts'
import { Batch, type Group, type Outcome } from './batch.ts'
import { Erasure } from './erasure.ts'
import { openDatabase } from './open-database.ts'
import { UsedKeys } from './used-keys.ts'

/** The thread that owns the lock and the only writing connection. */

export interface WriterOptions {
  file: string
  eraseWithinMs: number
}
/** To the thread: a batch, or `close` after the last one. */
export type ToWriter = Group[] | 'close'
/**
 * From the thread: first whether it is open, then one list of outcomes for each batch, whether texts are to be erased,
 * and why nothing is written any more.
 */
export type FromWriter =
  | { opened: { epoch: string; secret: Uint8Array } }
  | { refused: string }
  | { outcomes: Outcome[] }
  | { erasureDue: boolean }
  | { off: string }

if (!parentPort) throw new Error('writer-thread is loaded by a Worker')
const port = parentPort
const answer = (message: FromWriter) => port.postMessage(message)

try {
  serve(workerData as WriterOptions)
} catch (error) {
  if (!(error instanceof StoreOpenError)) throw error
  answer({ refused: error.message })
  port.close()
}

function serve({ file, eraseWithinMs }: WriterOptions): void {
  const { wal, isEmptied } = openDatabase(file, Date.now())
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

  const usedKeys = new UsedKeys(wal.sql, (work) => inBetween(() => wal.transaction(work)))

  port.on('message', (message: ToWriter) => {
    if (message === 'close') {
      usedKeys.close()
      erasure.stop()
      inBetween(() => wal.empty())
      wal.close()
      port.close()
      return
    }
    answer({ outcomes: batch.run(message) })
    if (message.some((group) => group.some(({ kind }) => kind === 'edit' || kind === 'delete'))) erasure.due()
    inBetween(() => wal.keepShort())
  })
  answer({ opened: { epoch, secret } })
  if (!isEmptied) erasure.due() // what a killed server left to do
}
