import { emitKeypressEvents, type Interface, type Key } from 'node:readline'

/** What somebody did at the keyboard. */
export type Stroke =
  | { type: 'text'; text: string }
  /** With newlines as `\n`, and without control characters. */
  | { type: 'paste'; text: string }
  | { type: 'enter' | 'erase' | 'clear' | 'interrupt' | 'end' | 'suspend' }

const byControl: Record<string, Stroke['type']> = { u: 'clear', c: 'interrupt', d: 'end', z: 'suspend', h: 'erase' }

/** Read keys from a terminal in raw mode, with bracketed paste switched on. Returns how to stop. */
export function listenToKeys(input: NodeJS.ReadStream, heard: (stroke: Stroke) => void): () => void {
  let paste: string | undefined
  const onKey = (text: string | undefined, key: Key) => {
    if (key.name === 'paste-start') {
      paste = ''
    } else if (key.name === 'paste-end') {
      if (paste) heard({ type: 'paste', text: pasted(paste) })
      paste = undefined
    } else if (paste !== undefined) {
      paste += text ?? key.sequence ?? ''
    } else {
      const stroke = strokeOf(text, key)
      if (stroke) heard(stroke)
    }
  }
  // How long a lone Esc may be the beginning of a longer sequence; the type asks for more than is read.
  emitKeypressEvents(input, { escapeCodeTimeout: 50 } as unknown as Interface)
  input.on('keypress', onKey)
  return () => input.off('keypress', onKey)
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
