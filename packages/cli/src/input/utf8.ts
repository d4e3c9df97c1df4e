import { isUtf8 } from 'node:buffer'

/** These bytes are not UTF-8: what Node would make of them is not what was meant. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8'
  /** Of the first wrong byte, from 1. */
  readonly position: number
  /** In which it is, from 1. */
  readonly line: number
  readonly byte: number

  constructor(position: number, line: number, byte: number) {
    super(`byte ${position}, in line ${line}, is 0x${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    this.position = position
    this.line = line
    this.byte = byte
  }
}

/** Reads UTF-8 as it arrives. A byte order mark at its beginning is no text. */
export class Utf8Reader {
  /** The beginning of a character whose end has not come yet. */
  #rest = Buffer.alloc(0)
  #position = 0
  #line = 1

  /** @throws NotUtf8 */
  read(bytes: Uint8Array): string {
    const all = Buffer.concat([this.#rest, bytes])
    const whole = all.subarray(0, wholeLength(all))
    this.#rest = all.subarray(whole.length)
    if (!isUtf8(whole)) throw this.#fault(whole, firstWrong(whole))
    const text = whole.toString('utf8')
    const begins = this.#position === 0
    this.#position += whole.length
    for (let at = whole.indexOf(newline); at !== -1; at = whole.indexOf(newline, at + 1)) this.#line++
    return begins && text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text
  }

  /** Nothing more comes. @throws NotUtf8 when a character has begun */
  end(): void {
    if (this.#rest.length > 0) throw this.#fault(this.#rest, 0)
  }

  #fault(bytes: Buffer, at: number): NotUtf8 {
    const lines = bytes.subarray(0, at).filter((byte) => byte === newline).length
    return new NotUtf8(this.#position + at + 1, this.#line + lines, bytes[at] ?? 0)
  }
}

/** The text in these bytes, without a byte order mark. @throws NotUtf8 */
export function utf8Text(bytes: Uint8Array): string {
  const reader = new Utf8Reader()
  const text = reader.read(bytes)
  reader.end()
  return text
}

const newline = 0x0a
const byteOrderMark = '\ufeff'

/** How many bytes there are without the character at the end that is not complete. */
function wholeLength(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte >> 6 === 0b10) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

/** Where the first character begins that is none. Found by halving: a beginning is UTF-8, but for a character at its end, as far as all is. */
function firstWrong(bytes: Buffer): number {
  let [right, wrong] = [0, bytes.length]
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1
    if (isUtf8(bytes.subarray(0, wholeLength(bytes.subarray(0, middle))))) right = middle
    else wrong = middle
  }
  return wholeLength(bytes.subarray(0, right))
}
