import { rmSync } from 'node:fs'
import type { MaintenanceProgress, MaintenanceReport } from '../../maintenance.ts'
import { grownPart } from '../grown-part.ts'
import type { Failed, FromMaintenance, ThreadTask } from './maintenance-thread.ts'
import { startThread, toError } from './thread.ts'

export { FileSource } from './file-source.ts'

const lookEveryMs = 200

/** A task that is carried out in a thread of its own. */
export class Maintenance {
  readonly done: Promise<MaintenanceReport>
  #part: string | undefined
  #growing: { step: string; file: string; bytes: number } | undefined

  constructor(task: Exclude<ThreadTask, { do: 'read' }>, tell: (progress: MaintenanceProgress) => void) {
    const worker = startThread(task)
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
