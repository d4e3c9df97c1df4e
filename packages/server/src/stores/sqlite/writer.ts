import { type MessagePort, Worker } from 'node:worker_threads'
import { StoreError, StoreInUseError, StoreOpenError } from '../store.ts'
import type { Failure, Group, Outcome } from './batch.ts'
import type { SqliteAnswer } from './commands/carry-out.ts'
import { type Crossing, fromCrossing } from './crossing.ts'
import type { CopyBefore, TellCopying } from './migrations/copy-before.ts'
import type { FromWriter, ToWriter, WriterOptions } from './writer-thread.ts'

/** A batch is what queued while the previous one was committed, up to these bounds. */
const batchCommandsMax = 256
const batchCharsMax = 256 * 1024
/** So many are worth a commit of their own, while more of them may be read in the same turn. */
const firstGroups = 16

/** Always the bundled file, which loads in half the time. Node 20 runs no TypeScript in a worker anyway. */
const thread = new URL('../../../program/writer-thread.js', import.meta.url)

type Opened = Extract<FromWriter, { opened: unknown }>['opened']

interface Waiting {
  group: Group
  resolve: (answers: SqliteAnswer[]) => void
  reject: (error: Error) => void
}

/** The main thread's side of the writer: queues commands and hands them over in batches, one batch under way at a time. */
export class Writer {
  readonly epoch: string
  readonly secret: Uint8Array
  /** What the database was before this start brought it up to date. */
  readonly before: CopyBefore | undefined
  readonly #worker: Worker
  readonly #eraseWithinMs: number
  /** Since when texts are to be erased. */
  #erasureDueSince: number | undefined
  readonly #hearers: ((commands: number, ms: number) => void)[] = []
  #sentAt = 0
  #queue: Waiting[] = []
  #underWay: Waiting[] = []
  #armed = false
  #off: Failure | undefined
  #idle: (() => void) | undefined
  readonly #ended: Promise<unknown>

  /**
   * @param tell  hears that the database is copied before its schema changes
   * @throws StoreOpenError if the file cannot be written as it is
   */
  static async open(options: WriterOptions, tell: TellCopying): Promise<Writer> {
    const worker = new Worker(thread, { workerData: options, execArgv: ['--disable-warning=ExperimentalWarning'] }) // Node 22 warns of node:sqlite
    const hear = () =>
      new Promise<FromWriter>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject)
      })
    let first = await hear()
    if ('copying' in first) {
      tell(first.copying, first.bytes)
      first = await hear()
    }
    if ('refused' in first) throw first.inUse ? new StoreInUseError(first.refused) : new StoreOpenError(first.refused)
    if (!('opened' in first)) throw new Error('The writer thread spoke out of turn')
    return new Writer(worker, first.opened, options)
  }

  private constructor(worker: Worker, opened: Opened, { eraseWithinMs }: WriterOptions) {
    this.epoch = opened.epoch
    this.secret = opened.secret
    this.before = opened.before
    this.#worker = worker
    this.#eraseWithinMs = eraseWithinMs
    this.#ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.on('message', (message: FromWriter) => {
      if ('outcomes' in message) this.#done(message.outcomes)
      else if ('off' in message) this.turnOff(message.off)
      else if ('erasureDue' in message) this.#erasureDueSince = message.erasureDue ? performance.now() : undefined
    })
    worker.on('error', (error) => this.turnOff(`The writer thread ended: ${error.stack ?? error.message}`))
  }

  get off(): string | undefined {
    return this.#off?.message
  }

  get erasureOverdueMs(): number {
    const since = this.#erasureDueSince
    return since === undefined ? 0 : Math.max(0, performance.now() - since - this.#eraseWithinMs)
  }

  /** From here on whoever listens at the other end is told of every text that comes and goes. */
  tell(index: MessagePort): void {
    this.#worker.postMessage({ index } satisfies ToWriter, [index])
  }

  onCommit(hear: (commands: number, ms: number) => void): void {
    this.#hearers.push(hear)
  }

  commit(group: Group): Promise<SqliteAnswer[]> {
    if (this.#off) return Promise.reject(toError(this.#off))
    return new Promise((resolve, reject) => {
      this.#queue.push({ group, resolve, reject })
      this.#arm()
    })
  }

  /** Take no write any more: what waits is refused, and what is under way has an unknown outcome. */
  turnOff(message: string): void {
    this.#off ??= { code: 'storage-failed', message }
    const lost = [...this.#underWay, ...this.#queue]
    this.#underWay = []
    this.#queue = []
    for (const { reject } of lost) reject(toError(this.#off))
    this.#idle?.()
  }

  /** Let what was accepted be committed, then end the thread. */
  async close(): Promise<void> {
    if (this.#underWay.length + this.#queue.length > 0)
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    this.#worker.postMessage('close' satisfies ToWriter)
    await this.#ended
  }

  /**
   * At the end of this turn, so that requests which were read together are committed together; of many the first at once, so that
   * they are committed while the others are read.
   */
  #arm(): void {
    if (this.#underWay.length > 0) return
    if (this.#queue.length >= firstGroups) this.#send()
    else if (!this.#armed) {
      this.#armed = true
      setImmediate(() => {
        this.#armed = false
        if (this.#underWay.length === 0) this.#send()
      })
    }
  }

  #send(): void {
    let commands = 0
    let chars = 0
    let n = 0
    for (const { group } of this.#queue) {
      commands += group.length
      for (const command of group) chars += 'text' in command ? command.text.length : 0
      if (n > 0 && (commands > batchCommandsMax || chars > batchCharsMax)) break
      n++
    }
    this.#underWay = this.#queue.splice(0, n)
    this.#sentAt = performance.now()
    if (n > 0) this.#worker.postMessage(this.#underWay.map(({ group }) => group) satisfies ToWriter)
  }

  #done(crossings: Crossing[]): void {
    const ms = performance.now() - this.#sentAt
    const answered = this.#underWay
    this.#underWay = []
    if (this.#queue.length > 0) this.#send() // it is committed while these are answered
    const outcomes = answered.map(({ group }, i) => fromCrossing(crossings[i] as Crossing, group))
    this.#tell(answered, outcomes, ms)
    for (const [i, { resolve, reject }] of answered.entries()) {
      const outcome = outcomes[i] as Outcome
      if ('answers' in outcome) resolve(outcome.answers)
      else {
        reject(toError(outcome.failure))
        if (outcome.failure.code === 'storage-failed') this.#off = outcome.failure
      }
    }
    if (this.#off) this.turnOff(this.#off.message)
    if (this.#underWay.length + this.#queue.length === 0) this.#idle?.()
  }

  #tell(batch: readonly Waiting[], outcomes: readonly Outcome[], ms: number): void {
    let commands = 0
    for (const [i, { group }] of batch.entries()) if ('answers' in (outcomes[i] as Outcome)) commands += group.length
    if (commands > 0) for (const hear of this.#hearers) hear(commands, ms)
  }
}

const toError = ({ code, message }: Failure): Error =>
  code === 'unexpected' ? new Error(message) : new StoreError(code, message)
