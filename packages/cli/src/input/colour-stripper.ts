import { stripVTControlCharacters } from 'node:util'

/** Longer than any sequence that changes a colour or moves a cursor. */
const sequenceMax = 1_024

/**
 * Takes the colours of a terminal and the newlines of Windows away from a text while it arrives. What may be the beginning of one waits
 * for its end.
 */
export class ColourStripper {
  readonly #keepsColours: boolean
  #rest = ''

  constructor({ raw: keepsColours = false }: { raw?: boolean | undefined }) {
    this.#keepsColours = keepsColours
  }

  add(piece: string): string {
    const all = this.#rest + piece
    const length = this.#settledLength(all)
    this.#rest = all.slice(length)
    return this.#stripped(all.slice(0, length))
  }

  end(): string {
    return this.#stripped(this.#rest)
  }

  #settledLength(text: string): number {
    const last = this.#keepsColours ? -1 : Math.max(text.lastIndexOf('\x1b'), text.lastIndexOf('\x9b'))
    let length = last !== -1 && text.length - last < sequenceMax ? last : text.length
    while (text[length - 1] === '\r') length--
    return length
  }

  #stripped(text: string): string {
    return (this.#keepsColours ? text : stripVTControlCharacters(text)).replace(/\r\n/g, '\n')
  }
}
