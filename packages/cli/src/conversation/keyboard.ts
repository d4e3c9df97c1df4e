import { emitKeypressEvents, type Interface, type Key } from 'node:readline'
import { Utf8Reader } from '../input/utf8.ts'

/** What somebody did at the keyboard. */
export type Stroke =
  | { type: 'text'; text: string }
  /** With newlines as `\n`, and without control characters. */
  | { type: 'paste'; text: string }
  /** A key, or a whole paste, of which not every byte is UTF-8. */
  | { type: 'unreadable' }
  | { type: 'enter' | 'erase' | 'clear' | 'interrupt' | 'end' | 'suspend' }

const byControl: Record<string, Stroke['type']> = { u: 'clear', c: 'interrupt', d: 'end', z: 'suspend', h: 'erase' }

/** Read keys from a terminal in raw mode, with bracketed paste switched on. Returns how to stop. */
export function listenToKeys(input: NodeJS.ReadStream, heard: (stroke: Stroke) => void): () => void {
  let paste: string | undefined
  let bytes = new Utf8Reader()
  /** Of the bytes from which keys are being made: Node puts U+FFFD in the place of what is not UTF-8. */
  let isDamaged = false
  let pasteIsDamaged = false
  const onBytes = (piece: Uint8Array) => {
    try {
      bytes.read(piece)
      isDamaged = false
    } catch {
      bytes = new Utf8Reader()
      isDamaged = true
    }
  }
  const onKey = (text: string | undefined, key: Key) => {
    const isLost = isDamaged && (text ?? key.sequence)?.includes('\ufffd') === true
    if (key.name === 'paste-start') {
      paste = ''
      pasteIsDamaged = false
    } else if (key.name === 'paste-end') {
      if (pasteIsDamaged) heard({ type: 'unreadable' })
      else if (paste) heard({ type: 'paste', text: pasted(paste) })
      paste = undefined
    } else if (paste !== undefined) {
      paste += text ?? key.sequence ?? ''
      pasteIsDamaged ||= isLost
    } else if (isLost) {
      heard({ type: 'unreadable' })
    } else {
      const stroke = strokeOf(text, key)
      if (stroke) heard(stroke)
    }
  }
  input.prependListener('data', onBytes)
  // How long a lone Esc may be the beginning of a longer sequence; the type asks for more than is read.
  emitKeypressEvents(input, { escapeCodeTimeout: 50 } as unknown as Interface)
  input.on('keypress', onKey)
  return () => {
    input.off('keypress', onKey)
    input.off('data', onBytes)
  }
}

function strokeOf(text: string | undefined, { name = '', ctrl, meta }: Key): Stroke | undefined {
  if (name === 'return' || name === 'enter') return { type: 'enter' }
  if (name === 'backspace') return { type: 'erase' }
  const control = ctrl ? byControl[name] : undefined
  if (control !== undefined) return { type: control } as Stroke
  const printable = !ctrl && !meta && text !== undefined && text !== '' && !/\p{Cc}/u.test(text)
  return printable ? { type: 'text', text } : undefined
}

function pasted(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replaceAll('\t', '  ')
    .replace(/[^\P{Cc}\n]/gu, '')
    .toWellFormed()
}
