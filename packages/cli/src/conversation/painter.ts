import { neutralise } from '@tertulia/protocol/neutralise'
import { clusters, narrowest, widest } from '../printing/width.ts'

/** What is being typed, and the words before it. */
export interface Typed {
  prompt: string
  text: string
  /** In UTF-16 units of the text. */
  cursor: number
}

/** The rows that it takes, and where the cursor stands: in this row, behind these characters. */
export interface View {
  rows: readonly string[]
  row: number
  before: string
}

/** Each row as a part of the text: from where, to where. */
export interface LaidOut extends View {
  starts: readonly number[]
}

/**
 * Cut what is being typed into rows that are one column narrower than the terminal: it never has to break a row itself, on which
 * terminals differ. Newlines are shown as ⏎, and what a terminal would act on is spelled out.
 */
export function layOut({ prompt, text, cursor }: Typed, columns: number): LaidOut {
  const usable = Math.max(2, columns - 1)
  const rows: string[] = []
  const starts: number[] = [0]
  let [row, used, at] = ['', 0, 0]
  let place: { row: number; before: string } | undefined
  const makeRoom = (shown: string) => {
    if (used === 0 || used + widest(shown) <= usable) return
    rows.push(row)
    starts.push(at)
    row = ''
    used = 0
  }
  const add = (shown: string) => {
    makeRoom(shown)
    row += shown
    used += widest(shown)
  }
  for (const cluster of clusters(neutralise(prompt))) add(cluster)
  for (const [cluster, shown] of shownClusters(text)) {
    if (at === cursor) {
      // At the edge between two rows the cursor stands in the second one.
      makeRoom(shown[0] ?? '')
      place = { row: rows.length, before: row }
    }
    for (const part of shown) add(part)
    at += cluster.length
  }
  place ??= { row: rows.length, before: row }
  rows.push(row)
  return { rows, starts, ...place }
}

/** Each character of a text, and what is shown of it: itself, or its spelling. */
function shownClusters(text: string): [string, string[]][] {
  const isHarmless = text.split('\n').every((line) => neutralise(line) === line)
  return clusters(text).map((cluster) => {
    if (cluster === '\n') return [cluster, ['⏎']]
    if (isHarmless) return [cluster, [cluster]]
    const shown = cluster.split('\n').map(neutralise).join('⏎')
    return [cluster, shown === cluster ? [shown] : [...shown]]
  })
}

/** The place in the text that is one row above (-1) or below (1) the cursor; undefined where there is no row. */
export function placeInRow(typed: Typed, columns: number, step: -1 | 1): number | undefined {
  const { rows, starts, row, before } = layOut(typed, columns)
  const start = starts[row + step]
  if (start === undefined || row + step < 0) return undefined
  const end = starts[row + step + 1] ?? typed.text.length
  const wanted = widest(before)
  let used = row + step === 0 ? widest(rows[0] ?? '') - widest(shownText(typed.text.slice(start, end))) : 0
  let at = start
  for (const cluster of clusters(typed.text.slice(start, end))) {
    // Behind the last character of a row is the beginning of the next one.
    if (used >= wanted || at + cluster.length > end) break
    used += widest(shownText(cluster))
    at += cluster.length
  }
  return at === end && end < typed.text.length ? at - (clusters(typed.text.slice(start, end)).at(-1)?.length ?? 0) : at
}

const shownText = (text: string): string =>
  shownClusters(text)
    .flatMap(([, shown]) => shown)
    .join('')

/** A letter of which every terminal knows the place of the next: what is added behind it, or taken away, changes nothing else. */
const plainLetters =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0377\u0391-\u03ff\u0410-\u044f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]+$/
const narrowLetter = /^[\x20-\x7e\xa1-\xac\xae-\u02ff]$/

/**
 * Knows what stands on the screen of what is being typed, and turns each change into few bytes. Where a character ends is never
 * computed, since no two terminals agree on emoji: the row is printed again as far as the cursor.
 */
export class Painter {
  #drawn: View | undefined
  #first = 0

  /** The rows that fit on a screen of this height, around the cursor. */
  view({ rows, row, before }: View, height: number): View {
    const last = Math.max(0, rows.length - height)
    this.#first = Math.min(Math.max(this.#first, row - height + 1), row, last)
    return { rows: rows.slice(this.#first, this.#first + height), row: row - this.#first, before }
  }

  /** The bytes after which this is what stands there, below these lines. */
  paint(next: View, lines: readonly string[] = []): string {
    const drawn = this.#drawn
    this.#drawn = next
    if (drawn === undefined || lines.length > 0) {
      const above = lines.map((line) => `${line}\r\n`).join('')
      return (drawn ? toFirst(drawn) : '') + above + draw(next, 0, '') + place(next, next.rows.length - 1)
    }
    return change(drawn, next)
  }

  /** Take it from the screen. */
  remove(): string {
    const drawn = this.#drawn
    this.#drawn = undefined
    this.#first = 0
    return drawn ? toFirst(drawn) : ''
  }

  /** Let it stand, and go on below it. */
  leave(): string {
    const drawn = this.#drawn
    this.#drawn = undefined
    this.#first = 0
    return drawn ? `${vertical(drawn.rows.length - 1 - drawn.row)}\r\n` : ''
  }

  /** What was drawn is out of reach. */
  forget(): void {
    this.#drawn = undefined
  }

  /**
   * The terminal has another width, and has broken the rows that stood there anew: more of them are above the cursor now. Of what may be
   * narrower than it seems fewer are counted, so that nothing above is ever taken for one of them.
   */
  reflowed(columns: number): void {
    if (!this.#drawn) return
    const { rows, row, before } = this.#drawn
    const above = rows.slice(0, row).reduce((sum, each) => sum + Math.max(1, Math.ceil(narrowest(each) / columns)), 0)
    this.#drawn = { ...this.#drawn, row: above + Math.max(0, Math.ceil(narrowest(before) / columns) - 1) }
  }
}

function change(drawn: View, next: View): string {
  const from = next.rows.findIndex((row, at) => row !== drawn.rows[at])
  if (from === -1 && next.rows.length === drawn.rows.length) {
    return next.row === drawn.row && next.before === drawn.before ? '' : place(next, drawn.row, drawn.before)
  }
  if (from === -1) return `${vertical(next.rows.length - drawn.row)}\r\x1b[J${place(next, next.rows.length, '')}`
  const ended = atEnd(drawn) && atEnd(next) && from === drawn.row && next.row === drawn.row
  if (ended) {
    const [was = '', is = ''] = [drawn.rows[from], next.rows[from]]
    if (is.startsWith(was) && plainLetters.test(is.slice(was.length))) return is.slice(was.length)
    if (was.startsWith(is) && narrowLetter.test(was.slice(is.length))) return '\b\x1b[K'
  }
  const to = from < drawn.rows.length ? `${vertical(from - drawn.row)}\r` : `${vertical(from - 1 - drawn.row)}\r\n`
  return to + draw(next, from, next.rows.length < drawn.rows.length ? '\x1b[J' : '\x1b[K') + place(next, next.rows.length - 1)
}

/** Rows from this one on; behind each of them what was longer before is erased. */
const draw = ({ rows }: View, from: number, erased: string): string =>
  rows
    .slice(from)
    .map((row, at, all) => row + (at === all.length - 1 ? erased : erased && '\x1b[K'))
    .join('\r\n')

/** The cursor to its place, from this row, where it stands behind these characters or, without them, at the end. */
function place({ rows, row, before }: View, from: number, behind = rows[from]): string {
  return from === row && behind === before ? '' : `${vertical(row - from)}\r${before}`
}

const atEnd = ({ rows, row, before }: View): boolean => row === rows.length - 1 && before === rows[row]

const toFirst = ({ row }: View): string => `${vertical(-row)}\r\x1b[J`

const vertical = (rows: number): string => (rows === 0 ? '' : rows < 0 ? `\x1b[${-rows}A` : `\x1b[${rows}B`)
