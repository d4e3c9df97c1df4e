import { Worker } from 'node:worker_threads'
import { MaintenanceError } from '../../maintenance.ts'
import { StoreInUseError, StoreOpenError } from '../../store.ts'
import '../driver.ts' // where it is missing, that is said here, and not by the thread
import type { Failed, ThreadTask } from './maintenance-thread.ts'

/** Always the bundled file, as for the thread that writes. */
const file = new URL('../../../../program/maintenance-thread.js', import.meta.url)

export const startThread = (task: ThreadTask): Worker =>
  new Worker(file, { workerData: task, execArgv: ['--disable-warning=ExperimentalWarning'] })

/** What a thread said of why it failed, as it was thrown there. */
export function toError({ failed, as }: Failed): Error {
  if (as === 'in use') return new StoreInUseError(failed)
  return as === 'cannot open' ? new StoreOpenError(failed) : new MaintenanceError(failed)
}
