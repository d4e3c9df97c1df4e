import { IncomingMessage } from 'node:http'

/** A body is passed on in pieces of this size, and at its end. */
const pieceBytes = 16 * 1024

/**
 * A request that gathers its body before it passes it on. Node makes a buffer of every chunk that comes, which costs some 350 bytes
 * beside what is in it: a body of 60,000 chunks with one byte each would hold 20 MB for as long as it is not complete or not read.
 */
export class CompactRequest extends IncomingMessage {
  #piece: Buffer | undefined
  #length = 0

  /** Called by the parser with each chunk, and at the end with null. */
  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (chunk !== null && this.#length + chunk.length <= pieceBytes) {
      this.#gather(chunk)
      return true
    }
    const piece = this.#piece?.subarray(0, this.#length)
    this.#piece = undefined
    this.#length = 0
    const hasRoom = piece === undefined || super.push(piece)
    if (chunk === null || chunk.length > pieceBytes) return super.push(chunk, encoding)
    this.#gather(chunk)
    return hasRoom
  }

  #gather(chunk: Buffer): void {
    const length = this.#length + chunk.length
    if (this.#piece === undefined) this.#piece = chunk
    else if (length <= this.#piece.length) this.#piece.set(chunk, this.#length)
    else {
      const larger = Buffer.allocUnsafe(Math.min(pieceBytes, 2 * length))
      larger.set(this.#piece.subarray(0, this.#length))
      larger.set(chunk, this.#length)
      this.#piece = larger
    }
    this.#length = length
  }
}
