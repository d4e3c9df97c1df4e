import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { SearchRequest, SearchResult } from '../../searching.ts'
import { StoreReadError } from '../../store.ts'
import { indexFile, removeIndex } from './index-file.ts'
import type { FromSearch, SearchThreadOptions, ToIndex, ToSearch } from './search-thread.ts'

export interface SearcherOptions extends Omit<SearchThreadOptions, 'texts'> {
  /** Have every text that comes and goes told to this port, and to no other any more. */
  tellTexts: (port: MessagePort) => void
}

/** Always the bundled file, as for the thread that writes. */
const thread = new URL('../../../../program/search-thread.js', import.meta.url)

/** A server that has just started has other things to do, unless somebody searches. */
const startAfterMs = 5_000
const startAgainAfterMs = 5_000

interface Waiting {
  resolve: (result: SearchResult) => void
  reject: (error: Error) => void
}

/** The main thread's side of the index: asks the thread that keeps it, and starts it again if it ends. */
export class Searcher {
  readonly #options: SearcherOptions
  readonly #waiting = new Map<number, Waiting>()
  #texts: MessagePort
  #worker: Worker | undefined
  #ended: Promise<unknown> | undefined
  #start: NodeJS.Timeout
  #isClosed = false
  #asked = 0
  #erasureDueSince: number | undefined

  constructor(options: SearcherOptions) {
    this.#options = options
    this.#texts = this.#connect()
    this.#start = setTimeout(() => this.#running(), startAfterMs).unref()
  }

  get erasureOverdueMs(): number {
    const since = this.#erasureDueSince
    return since === undefined ? 0 : Math.max(0, performance.now() - since - this.#options.eraseWithinMs)
  }

  /** @throws StoreReadError when the index cannot be read */
  search(request: SearchRequest): Promise<SearchResult> {
    if (this.#isClosed) return Promise.reject(unreadable('the store is closed'))
    const id = this.#asked++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#running().postMessage({ id, request } satisfies ToSearch)
    })
  }

  /** Start no thread any more: the one that writes ends, and with it the port that texts are told to. */
  startNoMore(): void {
    this.#isClosed = true
    clearTimeout(this.#start)
  }

  /** After the last commit. */
  async close(): Promise<void> {
    this.startNoMore()
    if (this.#worker) this.#worker.postMessage('close' satisfies ToSearch)
    else this.#leave()
    await this.#ended
  }

  /** An index that nobody has opened this time, and that has texts which were erased, is of no use. */
  #leave(): void {
    let hasErased = false
    for (let told = receiveMessageOnPort(this.#texts); told; told = receiveMessageOnPort(this.#texts)) {
      hasErased ||= (told.message as ToIndex).erased.length > 0
    }
    if (hasErased) removeIndex(indexFile(this.#options.file))
    this.#texts.close()
  }

  #connect(): MessagePort {
    const { port1, port2 } = new MessageChannel()
    this.#options.tellTexts(port1)
    return port2
  }

  #running(): Worker {
    if (this.#worker) return this.#worker
    clearTimeout(this.#start)
    const { tellTexts: _, ...options } = this.#options
    const texts = this.#texts
    const workerData: SearchThreadOptions = { ...options, texts }
    const execArgv = ['--disable-warning=ExperimentalWarning']
    const worker = new Worker(thread, { workerData, transferList: [texts], execArgv })
    worker.on('message', (message: FromSearch) => this.#hear(message))
    worker.on('error', (error) => this.#failed(error))
    this.#ended = new Promise<void>((resolve) => {
      worker.once('exit', () => {
        this.#refuse(new Error('it was closed'))
        resolve()
      })
    })
    this.#worker = worker
    return worker
  }

  #hear(message: FromSearch): void {
    if ('erasureDue' in message) {
      this.#erasureDueSince = message.erasureDue ? performance.now() : undefined
      return
    }
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if ('found' in message) waiting?.resolve(message.found)
    else waiting?.reject(unreadable(message.failed))
  }

  #refuse(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(unreadable(error.message, error))
    this.#waiting.clear()
  }

  /** What was not told meanwhile it finds out by itself. */
  #failed(error: Error): void {
    this.#refuse(error)
    this.#worker = undefined
    if (this.#isClosed) return
    this.#texts = this.#connect()
    this.#start = setTimeout(() => this.#running(), startAgainAfterMs).unref()
  }
}

const unreadable = (why: string, cause?: Error) => new StoreReadError(`The index of the texts cannot be read: ${why}`, { cause })
