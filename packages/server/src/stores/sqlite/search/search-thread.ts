import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { SearchRequest, SearchResult } from '../../searching.ts'
import { openReading } from '../connection.ts'
import { Erasure } from '../erasure.ts'
import { sqliteBusy, sqliteCode, sqliteCorrupt, sqliteFull, sqliteIoError, sqliteNotADatabase } from '../error-code.ts'
import { Sql } from '../sql.ts'
import { indexFile } from './index-file.ts'
import { Indexer } from './indexer.ts'
import { Search } from './search.ts'
import { type IndexedText, TextIndex } from './text-index.ts'

/** The thread that keeps the index of all texts, and searches in it. The threads that answer and write never wait for it. */

export interface SearchThreadOptions {
  /** The database. */
  file: string
  epoch: string
  eraseWithinMs: number
  /** Number of the newest text when the store was opened. */
  newestAtStart: number
  /** From the thread that writes. */
  texts: MessagePort
}
/** From the thread that writes: these texts were erased in a commit, and others may have come; none: others have come since a moment ago. */
export interface ToIndex {
  erased: IndexedText[]
}
export type ToSearch = { id: number; request: SearchRequest } | 'close'
export type FromSearch = { id: number; found: SearchResult } | { id: number; failed: string } | { erasureDue: boolean }

/** Erasures are gathered for so long. New texts were, before they were told of: half a second later they are there, and a search looks before. */
const gatherMs = 200
/** The index is made beside everything else, not instead of it. */
const pauseMs = 5
/** A disk that is full may have room later. */
const retryMs = 2_000

if (!parentPort) throw new Error('search-thread is loaded by a Worker')
const port = parentPort
const answer = (message: FromSearch) => port.postMessage(message)
serve(workerData as SearchThreadOptions)

function serve({ file, epoch, eraseWithinMs, newestAtStart, texts }: SearchThreadOptions): void {
  const chat = new Sql(openReading(file))
  const newest = () => chat.get<{ n: number | null }>('SELECT max(n) AS n FROM text')?.n ?? 0
  const index = new TextIndex(indexFile(file), epoch, newest, newestAtStart)
  const indexer = new Indexer(chat, index)
  const emptied = () => !indexer.hasGone && index.emptyWal()
  const erasure = new Erasure(emptied, eraseWithinMs, (erasureDue) => answer({ erasureDue }))
  let timer: NodeJS.Timeout | undefined
  let wakesAt = Infinity
  const searches: { id: number; search: Search; isComplete: () => boolean }[] = []

  const wake = (inMs: number) => {
    const at = performance.now() + inMs
    if (at >= wakesAt) return
    clearTimeout(timer)
    wakesAt = at
    timer = setTimeout(work, inMs)
  }
  const work = () => {
    wakesAt = Infinity
    try {
      if (indexer.step()) wake(pauseMs)
      const waitMs = indexer.compare()
      if (waitMs !== undefined) wake(Math.max(pauseMs, waitMs))
    } catch (error) {
      recover(error)
      wake(retryMs)
    }
  }
  /** An index that is damaged is made again; a disk that is full may have room later. Anything else ends this thread. */
  const recover = (error: unknown) => {
    const code = sqliteCode(error)
    if (code === sqliteCorrupt || code === sqliteNotADatabase) index.remake()
    else if (code !== sqliteFull && code !== sqliteBusy && code !== sqliteIoError) throw error
  }

  const turn = () => {
    const first = searches.shift()
    if (!first) return
    const { id, search, isComplete } = first
    try {
      const found = search.turn()
      if (found) answer({ id, found: { ...found, complete: isComplete() } })
      else searches.push(first)
    } catch (error) {
      answer({ id, failed: (error as Error).message })
      recover(error)
    }
    if (searches.length > 0) setImmediate(turn)
  }

  texts.on('message', ({ erased }: ToIndex) => {
    if (erased.length === 0) return wake(0)
    indexer.erased(erased)
    erasure.due()
    wake(gatherMs)
  })
  port.on('message', (message: ToSearch) => {
    if (message === 'close') {
      clearTimeout(timer)
      erasure.stop()
      searches.length = 0
      // What is gone must not stay for as long as nobody starts the server.
      for (let told = receiveMessageOnPort(texts); told; told = receiveMessageOnPort(texts)) {
        indexer.erased((told.message as ToIndex).erased)
      }
      if (indexer.hasGone) indexer.step()
      index.close()
      chat.db.close()
      texts.close()
      port.close()
      return
    }
    const { id, request } = message
    try {
      indexer.step() // what was committed before it was asked is found
      const [hasAll, { remakes }] = [indexer.isComplete, index]
      searches.push({ id, search: new Search(chat, index, request), isComplete: () => hasAll && index.remakes === remakes })
      if (searches.length === 1) setImmediate(turn)
    } catch (error) {
      answer({ id, failed: (error as Error).message })
      recover(error)
    }
  })
  erasure.due() // what a killed server left to do
  wake(0)
}
