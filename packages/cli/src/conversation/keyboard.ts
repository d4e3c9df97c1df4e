import { emitKeypressEvents, type Interface, type Key as NodeKey } from 'node:readline'
import { Utf8Reader } from '../input/utf8.ts'

/** What somebody did at the keyboard. */
export type Stroke =
  /** Letters that came in one piece. */
  | { type: 'text'; text: string }
  /** With newlines as `\n`, and without control characters. */
  | { type: 'paste'; text: string }
  /** Keys that came in one piece, or a whole paste, of which not every byte is UTF-8. */
  | { type: 'unreadable' }
  | { type: Key }

type Key = 'enter' | 'interrupt' | 'end-or-delete' | 'suspend' | 'escape' | 'tab' | 'up' | 'down' | 'clear' | Edit
/** What changes the text that is being typed, or moves about in it. */
export type Edit =
  | 'erase'
  | 'erase-word'
  | 'erase-to-start'
  | 'erase-to-end'
  | 'delete'
  | 'delete-word'
  | 'left'
  | 'right'
  | 'word-left'
  | 'word-right'
  | 'home'
  | 'end'
  | 'yank'
  | 'undo'

const alone: Record<string, Key> = {
  return: 'enter',
  enter: 'enter',
  backspace: 'erase',
  delete: 'delete',
  left: 'left',
  right: 'right',
  home: 'home',
  end: 'end',
  up: 'up',
  down: 'down',
  tab: 'tab',
  escape: 'escape'
}
const withControl: Record<string, Key> = {
  a: 'home',
  b: 'left',
  c: 'interrupt',
  d: 'end-or-delete',
  e: 'end',
  f: 'right',
  h: 'erase',
  k: 'erase-to-end',
  l: 'clear',
  n: 'down',
  p: 'up',
  u: 'erase-to-start',
  w: 'erase-word',
  y: 'yank',
  z: 'suspend',
  _: 'undo',
  left: 'word-left',
  right: 'word-right',
  backspace: 'erase-word',
  delete: 'delete-word'
}
const withMeta: Record<string, Key> = {
  b: 'word-left',
  f: 'word-right',
  d: 'delete-word',
  left: 'word-left',
  right: 'word-right',
  backspace: 'erase-word',
  escape: 'escape'
}

const ctrlC = 0x03

/** Read keys from a terminal in raw mode, with bracketed paste switched on. Returns how to stop. */
export function listenToKeys(input: NodeJS.ReadStream, heard: (stroke: Stroke) => void): () => void {
  let paste: string | undefined
  let bytes = new Utf8Reader()
  /** Of the bytes from which keys are being made: Node puts U+FFFD in the place of what is not UTF-8. */
  let isDamaged = false
  let pasteIsDamaged = false
  /** A piece is being read: the letters since its last other key, and whether it has been called unreadable. */
  let isReading = false
  let typed = ''
  let isUnreadable = false
  const tellTyped = () => {
    const text = typed
    typed = ''
    if (text !== '') heard({ type: 'text', text })
  }
  const tell = (stroke: Stroke) => {
    if (stroke.type === 'text' && isReading) {
      typed += stroke.text
      return
    }
    tellTyped()
    if (stroke.type !== 'unreadable' || !isUnreadable) heard(stroke)
    isUnreadable ||= stroke.type === 'unreadable'
  }
  const onBytes = (piece: Uint8Array) => {
    isReading = true
    isUnreadable = false
    // A paste of which the end never came would swallow every key.
    if (piece.length === 1 && piece[0] === ctrlC) paste = undefined
    try {
      bytes.read(piece)
      isDamaged = false
    } catch {
      bytes = new Utf8Reader()
      isDamaged = true
    }
  }
  const onRead = () => {
    isReading = false
    tellTyped()
  }
  const onKey = (text: string | undefined, key: NodeKey) => {
    const isLost = isDamaged && (text ?? key.sequence)?.includes('\ufffd') === true
    if (key.name === 'paste-start') {
      paste = ''
      pasteIsDamaged = false
    } else if (key.name === 'paste-end') {
      if (pasteIsDamaged) tell({ type: 'unreadable' })
      else if (paste) tell({ type: 'paste', text: pasted(paste) })
      paste = undefined
    } else if (paste !== undefined) {
      paste += text ?? key.sequence ?? ''
      pasteIsDamaged ||= isLost
    } else if (isLost) {
      tell({ type: 'unreadable' })
    } else {
      const stroke = strokeOf(text, key)
      if (stroke) tell(stroke)
    }
  }
  input.prependListener('data', onBytes)
  // How long a lone Esc may be the beginning of a longer sequence; the type asks for more than is read.
  emitKeypressEvents(input, { escapeCodeTimeout: 50 } as unknown as Interface)
  input.on('keypress', onKey)
  // Behind the listener that makes keys of them.
  input.on('data', onRead)
  return () => {
    input.off('keypress', onKey)
    input.off('data', onBytes)
    input.off('data', onRead)
  }
}

function strokeOf(text: string | undefined, key: NodeKey): Stroke | undefined {
  const { name = '', ctrl, meta, shift } = key
  // Node gives no name to Ctrl-_.
  if (key.sequence === '\x1f') return { type: 'undo' }
  if (meta && name === 'return') return { type: 'text', text: '\n' }
  if (shift && name === 'tab') return undefined
  const known = (ctrl ? withControl : meta ? withMeta : alone)[name]
  if (known !== undefined) return { type: known }
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
