import type { Sql } from '../sql.ts'
import type { IndexedText, TextIndex } from './text-index.ts'

/** So much is looked at in one go; searches have a turn in between. */
const lotTexts = 1_000
const lotChars = 256 * 1024

/** Whoever erases a text in the store tells of it before this time is over, unless they are dead. */
const toldWithinMs = 2_000

type TextRow = [n: number, body: string | null, log: number | null, author: number | null]
const query = (range: string) =>
  `SELECT t.n, t.body, m.log, m.author FROM text t LEFT JOIN message m ON m.textN = t.n WHERE t.n ${range} LIMIT ${lotTexts}`
const newer = query('> ? ORDER BY t.n')
const older = query('< ? ORDER BY t.n DESC')
const present = `SELECT n FROM text WHERE n > ? AND n <= ? AND body IS NOT NULL ORDER BY n LIMIT ${lotTexts + 1}`

/** Keeps an index at the texts of a store: what is new first, then what is not in it yet, from the newest to the oldest. */
export class Indexer {
  readonly #chat: Sql
  readonly #index: TextIndex
  #gone: IndexedText[] = []
  #isBehind = true
  /** Up to which text an index that was kept has been compared with the texts that there are; undefined: it need not be any more. */
  #compared: number | undefined
  /** Texts that are erased and in the index all the same, and when that was seen: if nobody takes them out, something was missed. */
  #suspects: number[] = []
  #suspectedAt = 0

  constructor(chat: Sql, index: TextIndex) {
    this.#chat = chat
    this.#index = index
    this.#compared = index.isKept ? 0 : undefined
  }

  /** Every text that was there at the last step is in the index. */
  get isComplete(): boolean {
    return !this.#isBehind && this.#index.extent.from <= 1
  }

  /** These texts are in the store no more. */
  erased(texts: readonly IndexedText[]): void {
    this.#gone.push(...texts)
  }

  /**
   * Take out what is gone and put in some of what is missing.
   * @returns whether there is more to do
   */
  step(): boolean {
    const gone = this.#gone
    const { from, upTo } = this.#index.extent
    const fresh = this.#lot(newer, upTo)
    const old = !fresh.isFull && from > 1 ? this.#lot(older, from) : undefined
    // A search is to find what is new now; what is old can wait for the next step.
    const come = [...(old?.texts.toReversed() ?? []), ...fresh.texts].filter((text): text is IndexedText => text.body !== null)
    const extent = { from: old ? (old.isFull ? (old.last ?? 1) : 1) : from, upTo: fresh.last ?? upTo }
    if (gone.length > 0 || extent.from !== from || extent.upTo !== upTo) this.#index.change(gone, come, extent)
    this.#gone = this.#gone.slice(gone.length)
    this.#isBehind = fresh.isFull
    return fresh.isFull || extent.from > 1
  }

  /**
   * After a step, compare some of an index that was kept with the texts that there are; one that missed something begins anew: a kill
   * came before it was told of an erasure, or an older copy of the database was put back.
   * @returns in how many ms to go on; undefined: there is no need
   */
  compare(): number | undefined {
    this.#suspects = this.#suspects.filter((n) => this.#index.has(n))
    if (this.#suspects.length > 0) {
      const waitMs = this.#suspectedAt + toldWithinMs - performance.now()
      if (waitMs > 0) return waitMs
      return this.#begin()
    }
    if (this.#compared === undefined) return undefined
    const { from, upTo } = this.#index.extent
    const after = Math.max(this.#compared, from - 1)
    const indexed = this.#index.numbersAfter(after, lotTexts)
    const last = indexed.length === lotTexts ? (indexed.at(-1) ?? upTo) : upTo
    const texts = new Set(this.#chat.all<{ n: number }>(present, after, last).map(({ n }) => n))
    this.#suspects = indexed.filter((n) => !texts.delete(n))
    this.#suspectedAt = performance.now()
    if (texts.size > 0) return this.#begin()
    this.#compared = indexed.length === lotTexts ? last : undefined
    return 0
  }

  #begin(): number {
    this.#index.remake()
    this.#compared = undefined
    this.#suspects = []
    return 0
  }

  /** Texts that are gone are still in the index. */
  get hasGone(): boolean {
    return this.#gone.length > 0
  }

  #lot(sql: string, n: number): Lot {
    const texts: Lot['texts'] = []
    let [rows, chars] = [0, 0]
    let isFull = false
    let last: number | undefined
    for (const [textN, body, log, author] of this.#chat.each<TextRow>(sql, n)) {
      last = textN
      rows++
      chars += body?.length ?? 0
      if (log !== null && author !== null) texts.push({ n: textN, body, log, author })
      isFull = rows === lotTexts || chars > lotChars
      if (isFull) break
    }
    return { texts, last, isFull }
  }
}

interface Lot {
  /** Without a body: erased. */
  texts: (Omit<IndexedText, 'body'> & { body: string | null })[]
  last: number | undefined
  /** There may be more. */
  isFull: boolean
}
