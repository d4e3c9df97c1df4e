import { parentPort, workerData } from 'node:worker_threads'
import { StoreOpenError } from '../store.ts'
import { Batch, type Group, type Outcome } from './batch.ts'
import { openWriting } from './connection.ts'
import { sqliteCode, sqliteCorrupt, sqliteFull, sqliteIoError, sqliteNotADatabase } from './driver.ts'
import { Erasure, emptyWal } from './erasure.ts'
import { migrate } from './migrations/migrate.ts'
import { Sql } from './sql.ts'
import { UsedKeys } from './used-keys.ts'

/** The thread that owns the only writing connection. */

export interface WriterOptions {
  file: string
  eraseWithinMs: number
}
/** To the thread: a batch, or `close` after the last one. */
export type ToWriter = Group[] | 'close'
/** From the thread: first whether it is open, then one list of outcomes for each batch, and whether texts are to be erased. */
export type FromWriter =
  | { opened: { epoch: string; secret: Uint8Array } }
  | { refused: string }
  | { outcomes: Outcome[] }
  | { erasureDue: boolean }

if (!parentPort) throw new Error('writer-thread is loaded by a Worker')
const port = parentPort
const answer = (message: FromWriter) => port.postMessage(message)

const { file } = workerData as WriterOptions
try {
  serve(workerData as WriterOptions)
} catch (error) {
  answer({
    refused:
      error instanceof StoreOpenError
        ? `${file}: ${error.message}`
        : `${file} cannot be opened: ${(error as Error).message}. ${advice(error)}`
  })
  port.close()
}

function advice(error: unknown): string {
  switch (sqliteCode(error)) {
    case sqliteFull:
    case sqliteIoError:
      return 'Is the disk full, or failing?'
    case sqliteCorrupt:
      return 'Restore it from a backup, or give another file with --db'
    case sqliteNotADatabase:
      return 'Give another file with --db'
    default:
      return 'May this user write it and its folder?'
  }
}

function serve({ file, eraseWithinMs }: WriterOptions): void {
  const sql = new Sql(openWriting(file))
  migrate(sql.db, Date.now())
  const { epoch, secret } = sql.get<{ epoch: string; secret: Uint8Array }>('SELECT epoch, secret FROM meta') as {
    epoch: string
    secret: Uint8Array
  }
  const batch = new Batch(sql.db, epoch, file)
  const erasure = new Erasure(sql, eraseWithinMs, (isDue) => answer({ erasureDue: isDue }))

  const usedKeys = new UsedKeys(sql)

  port.on('message', (message: ToWriter) => {
    if (message === 'close') {
      usedKeys.close()
      erasure.stop()
      emptyWal(sql)
      sql.db.close()
      port.close()
      return
    }
    answer({ outcomes: batch.run(message) })
    if (message.some((group) => group.some(({ kind }) => kind === 'edit' || kind === 'delete'))) erasure.due()
  })
  answer({ opened: { epoch, secret } })
  erasure.due() // what a killed server left to do
}
