import { noticeLines } from '../printing/notice-lines.ts'
import { isCertain, widest } from '../printing/width.ts'
import { layOut, type Typed } from './painter.ts'
import type { Output, PrintOptions, Screen } from './screen.ts'

/** Whoever types on for so long with messages waiting is told about them. */
const remindAfterMs = 3_000

interface Waiting extends PrintOptions {
  lines: readonly string[]
}

/**
 * A screen for those who hear it, and for terminals that can do nothing: no prompt, and no byte but those of an ordinary echo. What arrives
 * is shown at once while nothing is being typed; else it waits until the text is entered or erased, of which one reminder tells.
 */
export class PlainScreen implements Screen {
  readonly #output: Output
  readonly #echoes: boolean
  readonly #rings: boolean
  #typed = ''
  #isOpen = false
  #waiting: Waiting[] = []
  #reminded = false
  #reminder: NodeJS.Timeout | undefined

  /**
   * @param echoes  false: what is typed is shown by somebody else
   * @param rings  a bell is heard and not seen
   */
  constructor(output: Output, { echoes, rings }: { echoes: boolean; rings: boolean }) {
    this.#output = output
    this.#echoes = echoes
    this.#rings = rings
  }

  open(): void {
    this.#isOpen = true
    this.#echo('', this.#typed)
    this.#showWaiting()
    this.#remindLater()
  }

  show({ text }: Typed): void {
    if (text === this.#typed) return
    const was = this.#typed
    this.#typed = text
    this.#echo(was, text)
    if (text === '') this.#showWaiting()
  }

  entered(): void {
    if (this.#typed !== '' && this.#echoes) this.#write('\r\n')
    this.#typed = ''
    this.#showWaiting()
  }

  print(lines: readonly string[], options: PrintOptions = {}): void {
    this.#waiting.push({ lines, ...options })
    this.#showWaiting()
    this.#remindLater()
  }

  interject(lines: readonly string[]): void {
    if (this.#typed !== '' && this.#echoes) this.#write('\r\n')
    this.#writeLines(lines)
    this.#echo('', this.#typed)
  }

  ring(): void {
    if (this.#rings && this.#isOpen) this.#write('\x07')
  }

  clear(): void {
    if (this.#typed === '') return
    this.#write('\r\n')
    this.#echo('', this.#typed)
  }

  resume(): void {
    this.clear()
  }

  leave(): void {
    if (!this.#isOpen) return
    this.#stopReminder()
    if (this.#typed !== '') this.#write('\r\n')
    this.#isOpen = false
  }

  close(): void {
    if (!this.#isOpen) return
    this.entered()
    this.leave()
  }

  /** From one text on the screen to another. What cannot be erased in place is written again in a new row: that row, not all. */
  #echo(from: string, to: string): void {
    if (!this.#echoes || !this.#isOpen || from === to) return
    const [was, is] = [this.#rows(from), this.#rows(to)]
    const [last = '', now = ''] = [was.at(-1), is.at(-1)]
    if (to.startsWith(from)) {
      const row = is[was.length - 1] ?? ''
      const more = row.startsWith(last) ? row.slice(last.length) : `\r\n${row}`
      this.#write([more, ...is.slice(was.length)].join('\r\n'))
    } else if (from.startsWith(to) && is.length === was.length && last.startsWith(now)) {
      const gone = last.slice(now.length)
      this.#write(isCertain(gone) ? backOver(gone) : `\r\n${now}`)
    } else if (from.startsWith(to)) {
      this.#write((isCertain(last) ? backOver(last) : '\r\n') + now)
    } else {
      this.#write(`\r\n${is.join('\r\n')}`)
    }
  }

  #rows(text: string): readonly string[] {
    return layOut({ prompt: '', text, cursor: text.length }, this.#output.columns || 80).rows
  }

  #showWaiting(): void {
    if (!this.#isOpen || this.#typed !== '') return
    this.#stopReminder()
    this.#reminded = false
    for (const { lines, onShown } of this.#waiting.splice(0)) {
      this.#writeLines(lines)
      onShown?.()
    }
  }

  /** Once for each text that is typed. */
  #remindLater(): void {
    const isNews = () => this.#waiting.some(({ isMessage }) => isMessage)
    if (!this.#isOpen || this.#reminded || !isNews()) return
    this.#reminder ??= setTimeout(() => {
      this.#stopReminder()
      this.#reminded = true
      const count = this.#waiting.filter(({ isMessage }) => isMessage).length
      const [what, them] = count === 1 ? ['1 message waits', 'it'] : [`${count} messages wait`, 'them']
      const sentence = `${what}: send your line (Enter) or drop it (Ctrl-C) to see ${them}`
      this.interject(noticeLines(sentence, this.#output.columns || 80))
    }, remindAfterMs).unref()
  }

  #stopReminder(): void {
    clearTimeout(this.#reminder)
    this.#reminder = undefined
  }

  #writeLines(lines: readonly string[]): void {
    this.#write(lines.map((line) => `${line}\r\n`).join(''))
  }

  #write(bytes: string): void {
    if (bytes !== '') this.#output.write(bytes)
  }
}

const backOver = (row: string): string => '\b \b'.repeat(widest(row))
