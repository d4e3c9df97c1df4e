import { signal } from '@preact/signals'

/** It takes so long until a new place is listened to, and until what stands there was taken from it. */
const settleMs = 100
/** Some read only what still stands there when its turn comes. */
const stayMs = 10_000

/** Something that is read aloud. What was done here is shown as well; a message that came stands in the log already. */
export interface Line {
  readonly key: number
  readonly text: string
  readonly isShown: boolean
  /** Since when it stands there, in milliseconds since the page was opened. */
  readonly sinceMs: number
}

/**
 * What is read aloud, one line after the other: none takes the place of another that was not heard yet. Nothing is heard of what
 * stands below a dialog, so that each dialog has a place for the lines, besides that of the page.
 */
export class Voice {
  readonly lines = signal<readonly Line[]>([])
  #waiting: Pick<Line, 'text' | 'isShown'>[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #key = 0

  say(text: string, isShown = false): void {
    this.#waiting.push({ text, isShown })
    if (this.#timer === undefined) this.#settle()
  }

  /** A dialog has come or gone: what was heard is not said again in the other place, and what may not have been heard is. */
  move(): void {
    this.#waiting = [...this.#standing(settleMs), ...this.#waiting]
    this.lines.value = []
    this.#settle()
  }

  /** Nothing more is said, nor stands there for who comes next. */
  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#waiting = []
    this.lines.value = []
  }

  #settle(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#speak(), settleMs)
  }

  #speak(): void {
    this.#timer = undefined
    if (this.#waiting.length === 0) return
    const sinceMs = performance.now()
    const lines = this.#waiting.map(({ text, isShown }) => ({ key: ++this.#key, text, isShown, sinceMs }))
    this.#waiting = []
    this.lines.value = [...this.#standing(stayMs), ...lines]
  }

  /** What stands there for less than so long. */
  #standing(ms: number): Line[] {
    const now = performance.now()
    return this.lines.peek().filter(({ sinceMs }) => now - sinceMs < ms)
  }
}
