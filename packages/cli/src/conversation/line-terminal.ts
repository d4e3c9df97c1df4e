import { textCharsMax } from '@tertulia/protocol/limits'
import { noticeLines } from '../printing/notice-lines.ts'
import { AppendOnlyEditor } from './append-only-editor.ts'
import { listenToKeys, type Stroke } from './keyboard.ts'
import { RawTerminal } from './raw-terminal.ts'

/** Whoever types on for so long with messages waiting is told about them. */
const remindAfterMs = 3_000

export interface LineListener {
  /** A line was entered, never an empty one. It stands in this row; see {@link LineTerminal.isLast}. */
  line(text: string, row: number): void
  /** Ctrl-D, or the terminal has gone; a signal also says with which number to end. */
  leave(exitCode?: number): void
  /** Ctrl-C, where there is no draft to be dropped. */
  interrupt(): void
}

/**
 * A terminal that only ever grows downwards: scroll-back, copying and screen readers work. What arrives is shown at once while nothing
 * is being typed; else it waits until the line is entered or erased, of which one reminder tells.
 */
export class LineTerminal {
  readonly #input: NodeJS.ReadStream
  readonly #output: NodeJS.WriteStream
  readonly #editor: AppendOnlyEditor
  readonly #raw: RawTerminal
  #waiting: string[] = []
  #messagesWaiting = 0
  #reminded = false
  #reminder: NodeJS.Timeout | undefined
  /** Counts what was written, to know whether something stands below it. */
  #row = 0
  #takesLines = true
  #ending = (_exitCode: number): void => {}
  #stopListening = () => {}

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream) {
    this.#input = input
    this.#output = output
    this.#editor = new AppendOnlyEditor(() => this.columns)
    this.#raw = new RawTerminal(input, output, {
      ending: (exitCode) => this.#ending(exitCode),
      // The shell must not write into the draft.
      leaving: () => {
        this.#stopReminder()
        this.#write(this.#editor.isEmpty ? '' : '\r\n')
      },
      returned: () => {
        this.#write(this.#editor.shown)
        this.#remindLater()
      }
    })
  }

  get columns(): number {
    return this.#output.columns || 80
  }

  open(listener: LineListener): void {
    this.#raw.open()
    this.#ending = (exitCode) => listener.leave(exitCode)
    const gone = () => listener.leave()
    // One that has gone fails whatever is still read from it and written to it, until the end.
    this.#input.on('end', gone).on('error', gone)
    this.#output.on('error', gone)
    this.#stopListening = listenToKeys(this.#input, (stroke) => this.#stroke(stroke, listener))
  }

  /** From here on only Ctrl-C does something. */
  takeNoLines(): void {
    this.#takesLines = false
  }

  /** What still waited is shown. */
  close(): void {
    this.#stopListening()
    this.#raw.close()
    this.#editor.take()
    this.#showWaiting()
  }

  print(lines: string[]): void {
    this.#waiting.push(...lines)
    if (this.#editor.isEmpty) this.#showWaiting()
  }

  /** What somebody says. While it waits it is counted, if there is anything to show. */
  printMessage(lines: string[]): void {
    if (lines.length > 0) this.#messagesWaiting++
    this.print(lines)
    this.#remindLater()
  }

  /** Whether nothing stands below an entered line, nor is being typed there. */
  isLast(row: number): boolean {
    return row === this.#row && this.#editor.isEmpty
  }

  /** What the command itself has to say. */
  notice(sentence: string): void {
    this.print(noticeLines(sentence, this.columns))
  }

  #stroke(stroke: Stroke, { line, leave, interrupt }: LineListener): void {
    if (!this.#takesLines) {
      if (stroke.type === 'interrupt') interrupt()
      return
    }
    switch (stroke.type) {
      case 'text':
        this.#write(this.#editor.insert(stroke.text))
        break
      case 'paste':
        this.#paste(stroke.text)
        break
      case 'unreadable':
        this.#sayNow('the terminal sent bytes that are not UTF-8; they were left out. Set its encoding to UTF-8')
        break
      case 'erase':
        if (!this.#editor.isEmpty) this.#write(this.#editor.erase())
        if (this.#editor.isEmpty) this.#showWaiting()
        break
      case 'clear':
        this.#clear()
        break
      case 'interrupt':
        if (this.#editor.isEmpty) interrupt()
        else this.#clear()
        break
      case 'end':
        if (this.#editor.isEmpty) leave()
        break
      case 'suspend':
        this.#raw.suspend()
        break
      case 'enter': {
        const { text, echo } = this.#editor.take()
        this.#write(echo)
        const row = ++this.#row
        this.#showWaiting()
        if (text !== '') line(text, row)
      }
    }
  }

  #paste(text: string): void {
    const characters = [...text].length
    const lines = text.split('\n').length
    if (characters > textCharsMax) {
      this.#sayNow(`what you pasted has ${characters} characters; a message can have at most ${textCharsMax}`)
      return
    }
    if (lines > 1) this.#sayNow(`${lines} lines pasted: Enter sends them as one message, Ctrl-C drops them`)
    this.#write(this.#editor.insert(text))
  }

  /** Between two rows of a draft, which is then shown again. */
  #sayNow(sentence: string): void {
    const { text, echo } = this.#editor.take()
    this.#row++
    this.#write(echo)
    this.#write(
      noticeLines(sentence, this.columns)
        .map((row) => `${row}\r\n`)
        .join('')
    )
    this.#write(this.#editor.insert(text))
  }

  #clear(): void {
    this.#write(this.#editor.clear())
    this.#showWaiting()
  }

  #showWaiting(): void {
    const lines = this.#waiting
    this.#waiting = []
    this.#messagesWaiting = 0
    this.#stopReminder()
    this.#reminded = false
    if (lines.length > 0) this.#row++
    this.#write(lines.map((line) => `${line}\r\n`).join(''))
  }

  /** Once for each draft. */
  #remindLater(): void {
    if (this.#messagesWaiting === 0 || this.#reminded) return
    this.#reminder ??= setTimeout(() => {
      this.#stopReminder()
      this.#reminded = true
      const count = this.#messagesWaiting
      const [what, them] = count === 1 ? ['1 message waits', 'it'] : [`${count} messages wait`, 'them']
      this.#sayNow(`${what}: send your line (Enter) or drop it (Ctrl-C) to see ${them}`)
    }, remindAfterMs).unref()
  }

  #stopReminder(): void {
    clearTimeout(this.#reminder)
    this.#reminder = undefined
  }

  #write(bytes: string): void {
    if (bytes !== '') this.#output.write(bytes)
  }
}
