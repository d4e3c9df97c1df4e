import { rmSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { MaintenanceError, type MaintenanceProgress, type MaintenanceReport } from '../../maintenance.ts'
import { StoreInUseError, StoreOpenError } from '../../store.ts'
import '../driver.ts' // where it is missing, that is said here, and not by the thread
import { grownPart } from '../grown-part.ts'
import type { Failed, FromMaintenance, ThreadTask } from './maintenance-thread.ts'

/** Always the bundled file, as for the thread that writes. */
export const thread = new URL('../../../../program/maintenance-thread.js', import.meta.url)

const lookEveryMs = 200

/** A task that is carried out in a thread of its own. */
export class Maintenance {
  readonly done: Promise<MaintenanceReport>
  #part: string | undefined
  #growing: { step: string; file: string; bytes: number } | undefined

  constructor(task: Exclude<ThreadTask, { do: 'read' }>, tell: (progress: MaintenanceProgress) => void) {
    const worker = new Worker(thread, { workerData: task, execArgv: ['--disable-warning=ExperimentalWarning'] })
    const timer = setInterval(() => this.#look(tell), lookEveryMs)
    this.done = new Promise<MaintenanceReport>((resolve, reject) => {
      worker.on('error', reject).on('message', (message: FromMaintenance) => {
        if ('report' in message) resolve(message.report)
        else if ('failed' in message) reject(toError(message))
        else this.#hear(message, tell)
      })
    }).finally(() => clearInterval(timer))
  }

  /** The process is about to end: what was only begun must not stay. */
  abandon(): void {
    if (this.#part !== undefined) for (const ending of ['', '-wal', '-shm']) rmSync(this.#part + ending, { force: true })
  }

  #hear(message: Exclude<FromMaintenance, { report: unknown } | Failed>, tell: (progress: MaintenanceProgress) => void): void {
    if (!('step' in message)) {
      this.#part = message.part
      return
    }
    const { step } = message
    this.#growing = 'grows' in message ? { step, file: message.grows, bytes: message.bytes } : undefined
    if ('grows' in message) this.#look(tell)
    else tell({ step, part: message.part })
  }

  #look(tell: (progress: MaintenanceProgress) => void): void {
    if (!this.#growing) return
    const { step, file, bytes } = this.#growing
    tell({ step, part: grownPart(file, bytes) })
  }
}

export function toError({ failed, as }: Failed): Error {
  if (as === 'in use') return new StoreInUseError(failed)
  return as === 'cannot open' ? new StoreOpenError(failed) : new MaintenanceError(failed)
}
