import { layOut, Painter, type Typed } from './painter.ts'
import type { Output, PrintOptions, Screen } from './screen.ts'

/** While a window is being drawn larger, its size changes dozens of times. */
const resizedAfterMs = 60
/** tmux gives the screen a new size before it says so: up to 250 ms, when another has gone before. */
const resizedAfterMsWhereReflown = 300
const loneAfterMs = 1_000
const nothing: Typed = { prompt: '', text: '', cursor: 0 }

/**
 * A screen on which lines appear above what is being typed, which alone is ever drawn again: scroll-back, copying and searching in the
 * terminal work. Whatever happens in one turn becomes one write.
 */
export class DrawnScreen implements Screen {
  readonly #output: Output
  /** Whether the terminal is known to break rows anew when it becomes narrower. */
  readonly #reflows: boolean
  readonly #painter = new Painter()
  #typed = nothing
  #lines: string[] = []
  #onShown: (() => void)[] = []
  #rings = false
  #isOpen = false
  #soon: NodeJS.Immediate | undefined
  #resizing: NodeJS.Timeout | undefined
  #resizedMs = Number.NEGATIVE_INFINITY
  /** No other change of size has gone before the last one for a while. */
  #isLone = true

  constructor(output: Output, { reflows }: { reflows: boolean }) {
    this.#output = output
    this.#reflows = reflows
  }

  open(): void {
    if (!this.#isOpen) this.#output.on('resize', this.#resized)
    this.#isOpen = true
    this.#drawSoon()
  }

  show(typed: Typed): void {
    this.#typed = typed
    this.#drawSoon()
  }

  entered(): void {
    // What is shown next tells.
  }

  print(lines: readonly string[], { onShown }: PrintOptions = {}): void {
    this.#lines.push(...lines)
    if (onShown) this.#onShown.push(onShown)
    this.#drawSoon()
  }

  interject(lines: readonly string[]): void {
    this.print(lines)
  }

  ring(): void {
    this.#rings = true
    this.#drawSoon()
  }

  clear(): void {
    if (!this.#isOpen) return
    this.#endResizing()
    this.#draw()
    // Scrolled away rather than erased; from whatever row, exactly what stands above leaves the screen.
    this.#write(`${this.#painter.remove()}${'\n'.repeat(this.#rows - 1)}\x1b[H\x1b[J`)
    this.#drawSoon()
  }

  resume(): void {
    this.#painter.forget()
    // Where nobody has written anything the cursor still stands in the last row of the draft.
    this.#write('\r\x1b[J')
    this.#drawSoon()
  }

  leave(): void {
    this.#leave(false)
  }

  close(): void {
    // An empty prompt is nothing to keep.
    this.#leave(this.#typed.text === '')
  }

  #leave(withoutTrace: boolean): void {
    if (!this.#isOpen) return
    this.#endResizing()
    this.#draw()
    this.#write(withoutTrace ? this.#painter.remove() : this.#painter.leave())
    this.#isOpen = false
    this.#output.off('resize', this.#resized)
  }

  readonly #resized = (): void => {
    const nowMs = performance.now()
    this.#isLone = this.#resizing === undefined && nowMs - this.#resizedMs > loneAfterMs
    this.#resizedMs = nowMs
    clearTimeout(this.#resizing)
    this.#resizing = setTimeout(
      () => {
        this.#endResizing()
        this.#draw()
      },
      this.#reflows ? resizedAfterMsWhereReflown : resizedAfterMs
    )
  }

  #endResizing(): void {
    if (this.#resizing === undefined) return
    clearTimeout(this.#resizing)
    this.#resizing = undefined
    // Where sizes follow each other this one may be over by now, and to count its rows would take messages for rows of the draft, and
    // erase them: rather a copy of the draft is left above.
    if (this.#reflows && this.#isLone) this.#painter.reflowed(this.#columns)
    this.#write(this.#painter.remove())
  }

  #drawSoon(): void {
    this.#soon ??= setImmediate(() => this.#draw())
  }

  #draw(): void {
    clearImmediate(this.#soon)
    this.#soon = undefined
    if (!this.#isOpen || this.#resizing !== undefined) return
    const lines = this.#lines.splice(0)
    const view = this.#painter.view(layOut(this.#typed, this.#columns), Math.max(1, this.#rows - 1))
    const bell = this.#rings ? '\x07' : ''
    this.#rings = false
    this.#write(this.#painter.paint(view, lines) + bell)
    for (const onShown of this.#onShown.splice(0)) onShown()
  }

  get #columns(): number {
    return this.#output.columns || 80
  }

  get #rows(): number {
    return this.#output.rows || 24
  }

  #write(bytes: string): void {
    if (bytes !== '') this.#output.write(bytes)
  }
}
