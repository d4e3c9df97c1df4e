import { clusters, widest } from '../printing/width.ts'

/** A cluster that every terminal draws as wide as we think: one character and the marks on it. */
const certain = /^(?:\p{Emoji_Presentation}|[^\p{Extended_Pictographic}\p{Regional_Indicator}\p{M}]\p{Mn}*)$/u

/**
 * The line being typed, without any prompt and without ever painting over what stands: each change gives the bytes to write for it,
 * which are those of an ordinary echo. What cannot be erased in place is written again in a new row.
 */
export class AppendOnlyEditor {
  readonly #columns: () => number
  #draft = ''

  constructor(columns: () => number) {
    this.#columns = columns
  }

  get isEmpty(): boolean {
    return this.#draft === ''
  }

  /** The draft, as it stands on the screen. */
  get shown(): string {
    return shown(this.#draft)
  }

  /** Of a paste too: its newlines stay in the draft, and are shown as ⏎. */
  insert(text: string): string {
    this.#draft += text
    return shown(text)
  }

  /** Take the last character away, with all its marks. */
  erase(): string {
    const last = clusters(this.#draft).at(-1) ?? ''
    const written = this.shown
    this.#draft = this.#draft.slice(0, this.#draft.length - last.length)
    return this.#inOneRow(written) && certain.test(shown(last)) ? backOver(shown(last)) : `\r\n${this.shown}`
  }

  /** Forget the draft. */
  clear(): string {
    const written = this.shown
    this.#draft = ''
    if (written === '') return ''
    return this.#inOneRow(written) && clusters(written).every((cluster) => certain.test(cluster)) ? backOver(written) : '\r\n'
  }

  /** The draft, as it is to be sent; a new one begins in a new row. */
  take(): { text: string; echo: string } {
    const text = this.#draft
    this.#draft = ''
    return { text, echo: text === '' ? '' : '\r\n' }
  }

  #inOneRow(written: string): boolean {
    return widest(written) < this.#columns()
  }
}

const shown = (text: string): string => text.replaceAll('\n', '⏎')
const backOver = (written: string): string => '\b \b'.repeat(widest(written))
