import { createRequire } from 'node:module'

// It is written in CommonJS, and names its exports where Node does not find them.
const { Terminal } = createRequire(import.meta.url)('@xterm/headless') as typeof import('@xterm/headless')

export interface Size {
  columns: number
  rows: number
}

/** A terminal without a window: takes bytes, and says what would be seen. */
export class TestScreen {
  readonly #terminal: InstanceType<typeof Terminal>
  #listeners: (() => void)[] = []
  #written = () => {}
  columns: number
  rows: number
  bytes = 0

  constructor({ columns, rows }: Size) {
    this.columns = columns
    this.rows = rows
    this.#terminal = new Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true })
  }

  write(bytes: string): boolean {
    this.bytes += bytes.length
    this.#terminal.write(bytes)
    this.#written()
    return true
  }

  /** When something more has been written. */
  nextWrite(): Promise<void> {
    return new Promise((resolve) => {
      this.#written = resolve
    })
  }

  on(_event: 'resize', listener: () => void): this {
    this.#listeners.push(listener)
    return this
  }

  off(_event: 'resize', listener: () => void): this {
    this.#listeners = this.#listeners.filter((each) => each !== listener)
    return this
  }

  resize({ columns, rows }: Size): void {
    this.columns = columns
    this.rows = rows
    this.#terminal.resize(columns, rows)
    for (const listener of this.#listeners) listener()
  }

  /** When everything written has been drawn. */
  drawn(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve))
  }

  /** All rows ever shown, without the spaces at their ends, and without those below the last one that is not empty. */
  async allRows(): Promise<string[]> {
    await this.drawn()
    const { buffer } = this.#terminal
    const rows = Array.from(
      { length: buffer.active.length },
      (_, at) => buffer.active.getLine(at)?.translateToString().trimEnd() ?? ''
    )
    while (rows.length > 0 && rows.at(-1) === '') rows.pop()
    return rows
  }

  /** Where the cursor is: its row, among all that were ever shown, and what stands before it in that row. */
  async cursor(): Promise<{ row: number; before: string }> {
    await this.drawn()
    const { baseY, cursorY, cursorX, getLine } = this.#terminal.buffer.active
    const row = baseY + cursorY
    return { row, before: getLine.call(this.#terminal.buffer.active, row)?.translateToString(false, 0, cursorX) ?? '' }
  }
}
