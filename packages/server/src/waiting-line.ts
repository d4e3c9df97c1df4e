import { isatty } from 'node:tty'
import type { Logger } from './log.ts'
import { ProgressLine } from './progress-line.ts'

/** Tells that a start waits: in a line on the terminal that says for how long, or else once in the log. */
export class WaitingLine {
  readonly #what: string
  readonly #log: Logger
  #line: ProgressLine | undefined
  #isLogged = false

  /** @param what  is waited for */
  constructor(what: string, log: Logger) {
    this.#what = what
    this.#log = log
  }

  /** It is not there yet; for each time that it was looked for. */
  readonly tell = (why: Error): void => {
    if (isatty(2)) {
      this.#line ??= new ProgressLine(`Waiting for ${this.#what} …`)
      this.#line.show()
    } else if (!this.#isLogged) {
      this.#isLogged = true
      this.#log.warn({ reason: why.message }, `waiting for ${this.#what}`)
    }
  }

  end(): void {
    this.#line?.end()
  }
}
