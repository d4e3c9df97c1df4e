import { parentPort, workerData } from 'node:worker_threads'
import { MaintenanceError, type MaintenanceProgress, type MaintenanceReport, type MaintenanceTask } from '../../maintenance.ts'
import { StoreInUseError, StoreOpenError } from '../../store.ts'
import { backUp } from './backup.ts'
import { check } from './check.ts'
import { restore } from './restore.ts'
import type { Watch } from './watch.ts'

/** The thread that works on a whole database, beside the one that tells how far it has come and can be stopped. */

export type FromMaintenance =
  | { part: string }
  | ({ step: string } & MaintenanceProgress)
  | { step: string; grows: string; bytes: number }
  | { report: MaintenanceReport }
  | { failed: string; as: 'in use' | 'cannot open' | 'refused' }

if (!parentPort) throw new Error('maintenance-thread is loaded by a Worker')
const port = parentPort
const answer = (message: FromMaintenance) => port.postMessage(message)

const watch: Watch = {
  writes: (part) => answer({ part }),
  begins: (step, part) => answer({ step, part }),
  grows: (step, file, bytes) => answer({ step, grows: file, bytes })
}

try {
  answer({ report: done(workerData as MaintenanceTask) })
} catch (error) {
  if (!(error instanceof MaintenanceError || error instanceof StoreOpenError)) throw error
  const as = error instanceof StoreInUseError ? 'in use' : error instanceof StoreOpenError ? 'cannot open' : 'refused'
  answer({ failed: error.message, as })
}

function done(task: MaintenanceTask): MaintenanceReport {
  switch (task.do) {
    case 'backup':
      return backUp(task.db, task.to, task.isServed, Date.now(), watch)
    case 'restore':
      return restore(task.backup, task.db, task.replace, Date.now(), watch)
    case 'check':
      return check(task.db, task.isServed, watch)
    default:
      return task satisfies never
  }
}
