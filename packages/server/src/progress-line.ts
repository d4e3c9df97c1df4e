import { isatty } from 'node:tty'

/** A line on standard error that says how far something has come, written anew each time; only a terminal has it. */
export class ProgressLine {
  readonly #what: string
  readonly #isShown: boolean
  readonly #beganMs = performance.now()
  #shown = ''

  /** @param what  is done, as the beginning of a sentence */
  constructor(what: string, isShown = isatty(2)) {
    this.#what = what
    this.#isShown = isShown
    if (isShown) process.stderr.on('error', () => {}) // its terminal has gone
  }

  /** @param part  of all there is to do in this step, from 0 to 1 */
  show(step?: string | undefined, part?: number | undefined): void {
    if (!this.#isShown) return
    const seconds = Math.floor((performance.now() - this.#beganMs) / 1000)
    const share = part === undefined ? '' : `, ${Math.floor(part * 100)} %`
    this.#write(`${this.#what}${step === undefined ? '' : `: ${step}`}${share}${seconds > 0 ? ` (${seconds} s)` : ''}`)
  }

  end(): void {
    if (this.#shown !== '') this.#write('')
    if (this.#isShown) process.stderr.write('\r')
  }

  #write(line: string): void {
    if (line === this.#shown) return
    process.stderr.write(`\r${line.padEnd(this.#shown.length)}`)
    this.#shown = line
  }
}
