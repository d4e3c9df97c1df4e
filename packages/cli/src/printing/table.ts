import { neutralise } from '@tertulia/protocol/neutralise'
import { padded, widest } from './width.ts'
import { indentBelow, wrap } from './wrap.ts'

const gap = 2
/** Narrower than this beside the others, the last column is easier to read under them. */
const lastColumnMin = 12

/** Rows of cells as a terminal of so many columns shows them, aligned; the last cell of a row goes on below itself. */
export class Table {
  readonly #columns: number
  /** The head, until it has been shown. */
  #head: (readonly string[])[]
  /** Of each column but the last one: as wide as anything in it so far. */
  readonly #widths: number[]

  constructor(head: readonly string[], columns: number) {
    this.#columns = columns
    this.#head = [head]
    this.#widths = head.slice(0, -1).map(() => 0)
  }

  /** The next rows, as they come: what stands above them stays as it is. */
  lines(rows: readonly (readonly string[])[]): string[] {
    const all = [...this.#head, ...rows].map((row) => row.map(neutralise))
    this.#head = []
    for (const row of all) {
      for (const [at, width] of this.#widths.entries()) this.#widths[at] = Math.max(width, widest(row[at] ?? '') + gap)
    }
    const before = this.#widths.reduce((sum, width) => sum + width, 0)
    // A row that fills its last column would leave the cursor in a place on which terminals disagree.
    const usable = Math.max(1, this.#columns - 1)
    const beside = usable - before >= lastColumnMin
    const indent = ' '.repeat(beside ? before : indentBelow(usable))
    return all.flatMap((row) => {
      const prefix = this.#widths.map((width, at) => padded(row[at] ?? '', width)).join('')
      const last = row.at(-1) ?? ''
      const rest = wrap(last, Math.max(1, usable - indent.length))
      if (beside) return rest.map((line, at) => ((at === 0 ? prefix : indent) + line).trimEnd())
      const [first = '', ...more] = wrap(prefix.trimEnd(), Math.max(1, usable - indent.length))
      return [first, ...[...more, ...(last === '' ? [] : rest)].map((line) => indent + line)]
    })
  }
}
