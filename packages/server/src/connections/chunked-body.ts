const lineFeed = 10
const carriageReturn = 13

/** Finds the end of a body in chunks (RFC 9112, 7.1), which a parser has found to be well-formed. */
export class ChunkedBody {
  #part: 'size' | 'extension' | 'data' | 'trailer' = 'size'
  #size = 0
  /** Bytes of the present trailer line. */
  #line = 0

  /** What stands behind the body; undefined: its end is not among these bytes. */
  rest(bytes: Buffer): Buffer | undefined {
    for (let at = 0; at < bytes.length; ) {
      if (this.#part === 'data') {
        const count = Math.min(this.#size, bytes.length - at)
        at += count
        this.#size -= count
        if (this.#size === 0) this.#part = 'size'
      } else if (this.#takes(bytes[at++] as number)) return bytes.subarray(at)
    }
    return undefined
  }

  /** @returns whether this byte was the last one */
  #takes(byte: number): boolean {
    if (this.#part === 'trailer') {
      if (byte === lineFeed && this.#line === 0) return true
      if (byte === lineFeed) this.#line = 0
      else if (byte !== carriageReturn) this.#line++
    } else if (byte === lineFeed) {
      this.#part = this.#size === 0 ? 'trailer' : 'data'
      if (this.#size > 0) this.#size += 2 // the line end behind the data
    } else if (this.#part === 'size') {
      const digit = Number.parseInt(String.fromCharCode(byte), 16)
      if (Number.isNaN(digit)) this.#part = 'extension'
      else this.#size = this.#size * 16 + digit
    }
    return false
  }
}
