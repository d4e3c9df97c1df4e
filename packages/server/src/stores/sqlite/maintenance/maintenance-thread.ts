import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { MaintenanceError, type MaintenanceProgress, type MaintenanceReport, type MaintenanceTask } from '../../maintenance.ts'
import { StoreInUseError, StoreOpenError } from '../../store.ts'
import { backUp } from './backup.ts'
import { ChatReading } from './chat-reading.ts'
import { check } from './check.ts'
import { restore } from './restore.ts'
import type { Watch } from './watch.ts'

/** The thread that works on a whole database, beside the one that tells how far it has come and can be stopped. */

/** What is done in one go, or a chat that is read as it is asked for, to be copied elsewhere. */
export type ThreadTask = Exclude<MaintenanceTask, { do: 'copy' }> | { do: 'read'; db: string }

export type FromMaintenance =
  | { part: string }
  | ({ step: string } & MaintenanceProgress)
  | { step: string; grows: string; bytes: number }
  | { report: MaintenanceReport }
  | Failed

export interface Failed {
  failed: string
  as: 'in use' | 'cannot open' | 'refused'
}

/** In this order: it is opened, looked through, read to its last row, and closed at any time. */
export type Asked = 'open' | 'check' | 'next' | 'end' | 'close'
export type FromReading = { answer: unknown } | MaintenanceProgress | Failed

if (!parentPort) throw new Error('maintenance-thread is loaded by a Worker')
const port: MessagePort = parentPort
const answer = (message: FromMaintenance | FromReading) => port.postMessage(message)

const watch: Watch = {
  writes: (part) => answer({ part }),
  begins: (step, part) => answer({ step, part }),
  grows: (step, file, bytes) => answer({ step, grows: file, bytes })
}

const task = workerData as ThreadTask
if (task.do === 'read') read(task.db)
else {
  try {
    answer({ report: done(task) })
  } catch (error) {
    answer(toFailed(error))
  }
}

function done(one: Exclude<ThreadTask, { do: 'read' }>): MaintenanceReport {
  switch (one.do) {
    case 'backup':
      return backUp(one.db, one.to, one.isServed, Date.now(), watch)
    case 'restore':
      return restore(one.backup, one.db, one.replace, Date.now(), watch)
    case 'check':
      return check(one.db, one.isServed, watch)
    default:
      return one satisfies never
  }
}

function read(db: string): void {
  let chat: ChatReading | undefined
  const opened = (): ChatReading => {
    chat ??= new ChatReading(db)
    return chat
  }
  const asked: Record<Asked, () => unknown> = {
    open: () => opened().chat,
    check: () => opened().check(watch),
    next: () => opened().next(),
    end: () => opened().end(),
    close: () => chat?.close()
  }
  port.on('message', (ask: Asked) => {
    try {
      answer({ answer: asked[ask]() })
    } catch (error) {
      answer(toFailed(error))
    }
  })
}

/** @throws what is a fault of ours */
function toFailed(error: unknown): Failed {
  if (!(error instanceof MaintenanceError || error instanceof StoreOpenError)) throw error
  const as = error instanceof StoreInUseError ? 'in use' : error instanceof StoreOpenError ? 'cannot open' : 'refused'
  return { failed: error.message, as }
}
