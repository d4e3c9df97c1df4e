import { constants } from 'node:os'
import { noticeLines } from '../printing/notice-lines.ts'
import { DrawnScreen } from './drawn-screen.ts'
import { listenToKeys } from './keyboard.ts'
import { LineEditor, type LineListener } from './line-editor.ts'
import { PlainScreen } from './plain-screen.ts'
import { RawTerminal } from './raw-terminal.ts'
import type { PrintOptions, Screen } from './screen.ts'

/** How a terminal wants to be used, see `terminalStyle`. */
export interface TerminalStyle {
  plain: boolean
  /** Typed lines are shown by whoever runs us. */
  echoes: boolean
  /** It breaks the rows of the screen anew when it becomes narrower. */
  reflows: boolean
  bell: boolean
}

/** A terminal at which somebody types lines, while other lines arrive. */
export class LineTerminal {
  /** The one that is being typed. */
  readonly line: LineEditor
  readonly #input: NodeJS.ReadStream
  readonly #output: NodeJS.WriteStream
  readonly #style: TerminalStyle
  readonly #screen: Screen
  readonly #raw: RawTerminal
  #ending = (_exitCode: number): void => {}
  #stopListening = () => {}

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream, style: TerminalStyle) {
    this.#input = input
    this.#output = output
    this.#style = style
    this.#screen = style.plain
      ? new PlainScreen(output, { echoes: style.echoes, rings: style.bell })
      : new DrawnScreen(output, { reflows: style.reflows })
    this.#raw = new RawTerminal(
      input,
      output,
      { bracketsPaste: !style.plain },
      {
        ending: (exitCode) => this.#ending(exitCode),
        leaving: () => this.#screen.leave(),
        returned: () => this.#screen.open(),
        continued: () => this.#screen.resume()
      }
    )
    this.line = new LineEditor(this.#screen, {
      plain: style.plain,
      columns: () => this.columns,
      remark: (sentence) => this.remark(sentence),
      suspend: () => this.#raw.suspend()
    })
  }

  get columns(): number {
    return this.#output.columns || 80
  }

  open(listener: LineListener): void {
    this.#raw.open()
    this.#ending = (exitCode) => listener.leave(exitCode)
    const gone = () => listener.leave(128 + constants.signals.SIGHUP)
    // One that has gone fails whatever is still read from it and written to it, until the end.
    this.#input.on('end', gone).on('error', gone)
    this.#output.on('error', gone)
    this.#stopListening = listenToKeys(this.#input, (stroke) => this.line.stroke(stroke, listener))
    this.#screen.open()
    this.line.show()
  }

  /** What still waited is shown. */
  close(): void {
    this.#stopListening()
    this.line.close()
    this.#screen.close()
    this.#raw.close()
  }

  print(lines: readonly string[], options?: PrintOptions): void {
    this.#screen.print(lines, options)
  }

  /** What the command itself has to say. */
  notice(sentence: string): void {
    this.print(noticeLines(sentence, this.columns))
  }

  /** The same, when it is about the very text that is being typed. */
  remark(sentence: string): void {
    this.#screen.interject(noticeLines(sentence, this.columns))
  }

  ring(): void {
    if (this.#style.bell) this.#screen.ring()
  }
}
