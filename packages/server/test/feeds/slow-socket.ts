import { Writable } from 'node:stream'

/** The writing side of a connection whose reader may freeze: then nothing leaves, and what is written piles up. */
export class SlowSocket extends Writable {
  readonly #receive: (bytes: Buffer) => void
  #frozen = false
  #held: (() => void) | undefined
  /** Bytes handed over in all. */
  bytesWritten = 0

  constructor(receive: (bytes: Buffer) => void, highWaterMark: number) {
    super({ highWaterMark })
    this.#receive = receive
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.bytesWritten += chunk.length
    this.#held = () => {
      this.#held = undefined
      this.#receive(chunk)
      done()
    }
    setImmediate(() => this.#leave())
  }

  freeze(): void {
    this.#frozen = true
  }

  thaw(): void {
    this.#frozen = false
    this.#leave()
  }

  #leave(): void {
    if (!this.#frozen) this.#held?.()
  }
}
