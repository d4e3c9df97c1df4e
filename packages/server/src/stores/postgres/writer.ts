import type { Pool, PoolClient } from 'pg'
import type { Command } from '../commands.ts'
import { StoreError } from '../store.ts'
import type { Answering } from './answering.ts'
import { type AnyAnswer, Batch, type CalledRow, type Prepared, wordsOf } from './batch.ts'
import { manyAtOnce } from './commands/commit.ts'
import { cutOff } from './cut-off.ts'
import { callFailure, isConflict, isOfCommand, sqlState, unavailable } from './error-code.ts'

/** A batch is what queued while the previous one was committed, up to these bounds. */
const batchCommandsMax = 256
const batchCharsMax = 256 * 1024
/** What waits beyond so many commands is refused: the database does not keep up. */
const queueMax = 8_192
const triesMax = 4

interface Waiting extends Prepared {
  chars: number
  isAlone: boolean
  since: number
  resolve: (answers: AnyAnswer[]) => void
  reject: (error: Error) => void
}

/** Queues commands and has them carried out in batches, one call under way at a time. */
export class Writer {
  readonly #pool: Pool
  readonly #answering: Answering
  readonly #epoch: string
  readonly #queueMs: number
  readonly #hearers: ((commands: number, ms: number) => void)[] = []
  #queue: Waiting[] = []
  #queued = 0
  #isCalling = false
  #armed = false
  #tooLate: NodeJS.Timeout | undefined
  #idle: (() => void) | undefined

  /** @param queueMs  what waits longer is refused */
  constructor(pool: Pool, answering: Answering, epoch: string, queueMs: number) {
    this.#pool = pool
    this.#answering = answering
    this.#epoch = epoch
    this.#queueMs = queueMs
  }

  /** The first call on a connection takes many times as long as the others: it is made before anybody waits for it, with nothing to do. */
  async begin(): Promise<void> {
    try {
      await this.#once(new Batch([], false, this.#epoch).values())
    } catch (error) {
      if (callFailure(error) === undefined) throw error // else the database has gone meanwhile, and comes back
    }
  }

  onCommit(hear: (commands: number, ms: number) => void): void {
    this.#hearers.push(hear)
  }

  /** @throws StoreError storage-busy when nothing was written; outcome-unknown when that is not known; storage-full */
  commit(commands: readonly Command[]): Promise<AnyAnswer[]> {
    if (this.#queued >= queueMax) return Promise.reject(tooMuch())
    return new Promise((resolve, reject) => {
      let chars = 0
      for (const command of commands) chars += 'text' in command ? command.text.length : 0
      const isAlone = commands.some(({ kind }) => !manyAtOnce.has(kind))
      this.#queue.push({ commands, words: wordsOf(commands), chars, isAlone, since: performance.now(), resolve, reject })
      this.#queued += commands.length
      this.#arm()
    })
  }

  /** Let what was accepted be committed. */
  async close(): Promise<void> {
    if (!this.#isCalling && this.#queue.length === 0) return
    await new Promise<void>((resolve) => {
      this.#idle = resolve
    })
  }

  /** At the end of this turn, so that requests which were read together are committed together. */
  #arm(): void {
    if (this.#isCalling) this.#watch()
    else if (!this.#armed) {
      this.#armed = true
      setImmediate(() => void this.#flush())
    }
  }

  /** While a call is under way the queue must not grow old. */
  #watch(): void {
    const oldest = this.#queue[0]
    if (this.#tooLate || !oldest) return
    this.#tooLate = setTimeout(() => this.#refuseOld(), Math.max(1, oldest.since + this.#queueMs - performance.now()))
  }

  #refuseOld(): void {
    this.#tooLate = undefined
    const before = performance.now() - this.#queueMs
    let n = 0
    for (const { since } of this.#queue) {
      if (since > before) break
      n++
    }
    for (const { commands, reject } of this.#queue.splice(0, n)) {
      this.#queued -= commands.length
      reject(tooMuch())
    }
    this.#watch()
  }

  /** What was carried out is told once the next call has begun: the database works meanwhile. */
  async #flush(): Promise<void> {
    this.#armed = false
    this.#isCalling = true
    for (let batch = this.#take(); batch.length > 0; ) {
      this.#watch()
      const tell = await this.#settle(batch)
      clearTimeout(this.#tooLate)
      this.#tooLate = undefined
      batch = this.#take()
      if (batch.length > 0) setImmediate(tell)
      else tell()
    }
    this.#isCalling = false
    this.#idle?.()
  }

  /** The beginning of the queue: as much as goes into one call, all of it alone in the store or none. */
  #take(): Waiting[] {
    let [commands, chars, n] = [0, 0, 0]
    for (const waiting of this.#queue) {
      commands += waiting.commands.length
      chars += waiting.chars
      if (n > 0 && (commands > batchCommandsMax || chars > batchCharsMax)) break
      if (waiting.isAlone !== this.#queue[0]?.isAlone) break
      n++
    }
    const batch = this.#queue.splice(0, n)
    for (const waiting of batch) this.#queued -= waiting.commands.length
    return batch
  }

  /**
   * Carry out a batch; one that brings along what cannot be carried out is halved, so that it costs the others nothing.
   * @returns tells whoever waits what became of it
   */
  async #settle(batch: readonly Waiting[]): Promise<() => void> {
    const begin = performance.now()
    try {
      const answers = await this.#call(batch)
      const ms = performance.now() - begin
      return () => {
        const commands = batch.reduce((sum, waiting) => sum + waiting.commands.length, 0)
        for (const hear of this.#hearers) hear(commands, ms)
        for (const [n, { resolve }] of batch.entries()) resolve(answers[n] as AnyAnswer[])
      }
    } catch (error) {
      if (batch.length === 1 || !isOfCommand(error)) {
        return () => {
          for (const { reject } of batch) reject(error as Error)
        }
      }
      const half = batch.length >> 1
      const first = await this.#settle(batch.slice(0, half))
      first()
      return await this.#settle(batch.slice(half))
    }
  }

  async #call(waiting: readonly Waiting[]): Promise<AnyAnswer[][]> {
    const batch = new Batch(waiting, waiting[0]?.isAlone ?? false, this.#epoch)
    for (let tries = 1; ; tries++) {
      try {
        return batch.answers(await this.#once(batch.values()))
      } catch (error) {
        if (tries === triesMax || !isConflict(error)) throw callFailureOr(error)
      }
    }
  }

  async #once(values: unknown[]): Promise<CalledRow> {
    let client: PoolClient
    try {
      client = await this.#pool.connect()
    } catch (error) {
      this.#answering.failed(error)
      throw unavailable(error)
    }
    try {
      const { rows } = await client.query<CalledRow>({ ...Batch.call, values })
      client.release()
      this.#answering.noted()
      return rows[0] as CalledRow
    } catch (error) {
      this.#answering.failed(error)
      if (sqlState(error) === undefined) cutOff(client) // half open, or still at work
      client.release(error as Error)
      throw error
    }
  }
}

const tooMuch = () => new StoreError('storage-busy', 'The database does not keep up: what waits too long is refused.')

const callFailureOr = (error: unknown): unknown => (error instanceof StoreError ? error : (callFailure(error) ?? error))
