import { isatty } from 'node:tty'

const secondMs = 1000

/** A line on standard error that says how far something has come, written anew each time; only a terminal has it. */
export class ProgressLine {
  readonly #what: string
  readonly #isShown: boolean
  readonly #beganMs = performance.now()
  #shown = ''
  #at: { step: string | undefined; part: number | undefined } | undefined
  #clock: NodeJS.Timeout | undefined

  /** @param what  is done, as the beginning of a sentence */
  constructor(what: string, isShown = isatty(2)) {
    this.#what = what
    this.#isShown = isShown
    if (isShown) process.stderr.on('error', () => {}) // its terminal has gone
  }

  /** @param part  of all there is to do in this step, from 0 to 1 */
  show(step?: string | undefined, part?: number | undefined): void {
    if (!this.#isShown) return
    this.#at = { step, part }
    this.#tell()
    this.#clock ??= setInterval(() => this.#tell(), secondMs).unref() // a step that tells nothing for long still goes on
  }

  end(): void {
    clearInterval(this.#clock)
    this.#clock = undefined
    if (this.#shown !== '') this.#write('')
    if (this.#isShown) process.stderr.write('\r')
  }

  #tell(): void {
    if (!this.#at) return
    const { step, part } = this.#at
    const seconds = Math.floor((performance.now() - this.#beganMs) / secondMs)
    const share = part === undefined ? '' : `, ${Math.floor(part * 100)} %`
    this.#write(`${this.#what}${step === undefined ? '' : `: ${step}`}${share}${seconds > 0 ? ` (${seconds} s)` : ''}`)
  }

  #write(line: string): void {
    if (line === this.#shown) return
    process.stderr.write(`\r${line.padEnd(this.#shown.length)}`)
    this.#shown = line
  }
}
