import type { Worker } from 'node:worker_threads'
import type { Lot } from '../../carried-tables.ts'
import type { ChatToCopy, CopiedFrom, CopySource } from '../../copying.ts'
import type { MaintenanceProgress } from '../../maintenance.ts'
import type { Asked, FromReading } from './maintenance-thread.ts'
import { startThread, toError } from './thread.ts'

type Answers = { open: ChatToCopy; check: undefined; next: Lot | undefined; end: CopiedFrom; close: undefined }

/** A database file that is read in a thread of its own. */
export class FileSource implements CopySource {
  readonly #worker: Worker
  /** Those who asked and have not been answered, in their order. */
  readonly #waiting: { resolve: (answer: never) => void; reject: (error: Error) => void }[] = []
  #fault: Error | undefined
  #tell: (progress: MaintenanceProgress) => void = () => {}

  constructor(file: string) {
    this.#worker = startThread({ do: 'read', db: file })
    this.#worker.on('message', (message: FromReading) => {
      if ('step' in message) return this.#tell(message)
      const asker = this.#waiting.shift()
      if ('failed' in message) asker?.reject(toError(message))
      else asker?.resolve(message.answer as never)
    })
    this.#worker.on('error', (error) => {
      this.#fault = error as Error
      for (const { reject } of this.#waiting.splice(0)) reject(this.#fault)
    })
  }

  open = (): Promise<ChatToCopy> => this.#ask('open')

  check(tell: (progress: MaintenanceProgress) => void): Promise<undefined> {
    this.#tell = tell
    return this.#ask('check')
  }

  next = (): Promise<Lot | undefined> => this.#ask('next')

  end = (): Promise<CopiedFrom> => this.#ask('end')

  async close(): Promise<void> {
    if (!this.#fault) await this.#ask('close')
    await this.#worker.terminate()
  }

  #ask<A extends Asked>(ask: A): Promise<Answers[A]> {
    if (this.#fault) return Promise.reject(this.#fault)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#worker.postMessage(ask)
    })
  }
}
