import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'

const algorithm = 'aes-128-ecb' // one block, and nothing secret in common between two of them
const blockBytes = 16
const numberBytes = 8

/**
 * Where a page of a search goes on. Texts of all rooms are numbered together, so their numbers would tell how much is said where one
 * may not read: nobody sees them. It is good as long as the database.
 */
export class SearchCursors {
  readonly #key: Buffer

  constructor(secret: Uint8Array) {
    this.#key = createHmac('sha256', secret).update('search cursor').digest().subarray(0, blockBytes)
  }

  of(n: number): string {
    const block = Buffer.alloc(blockBytes)
    block.writeBigUInt64BE(BigInt(n))
    const cipher = createCipheriv(algorithm, this.#key, null).setAutoPadding(false)
    return Buffer.concat([cipher.update(block), cipher.final()]).toString('base64url')
  }

  /** undefined: this server has not made it. */
  read(cursor: string): number | undefined {
    const sealed = Buffer.from(cursor, 'base64url')
    if (sealed.length !== blockBytes || sealed.toString('base64url') !== cursor) return undefined
    const cipher = createDecipheriv(algorithm, this.#key, null).setAutoPadding(false)
    const block = Buffer.concat([cipher.update(sealed), cipher.final()])
    return block.subarray(numberBytes).every((byte) => byte === 0) ? Number(block.readBigUInt64BE()) : undefined
  }
}
