import type { Typed } from './painter.ts'

export interface PrintOptions {
  /** It is what somebody says: while such lines wait they are counted. */
  isMessage?: boolean
  /** Told when they stand on the screen. */
  onShown?: (() => void) | undefined
}

/** Where a conversation is seen: lines that stay, and below them what is being typed. It only ever grows downwards. */
export interface Screen {
  /** It is ours; what was printed before may be shown now. */
  open(): void
  /** What is being typed, after each change. */
  show(typed: Typed): void
  /** What was typed has been entered: a new text begins. */
  entered(): void
  print(lines: readonly string[], options?: PrintOptions): void
  /** What cannot wait until the text is entered. */
  interject(lines: readonly string[]): void
  ring(): void
  /** What is being typed alone, where the terminal can do that: what stood above can be scrolled back to. */
  clear(): void
  /** Draw again what is being typed, below what somebody else has written to the terminal. */
  resume(): void
  /** Others will write now: let the cursor stand below everything. */
  leave(): void
  /** Show what still waited, and leave for good. */
  close(): void
}

export type Output = Pick<NodeJS.WriteStream, 'write' | 'columns' | 'rows' | 'on' | 'off'>
