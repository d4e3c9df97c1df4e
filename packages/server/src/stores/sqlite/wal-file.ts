import { closeSync, openSync, readSync } from 'node:fs'
import { cookieOn } from './file-header.ts'
import { type Mark, markOn, markPage } from './mark-of-life.ts'

/** What a WAL would change in the database beside it. */
export interface WalFile {
  /** It begins as one does, or is nothing yet. */
  isWal: boolean
  /** Changed pages in whole transactions. */
  frames: number
  /** The marks that its transactions gave the database, the oldest first. */
  marks: Mark[]
  /** The schema cookies that it would give the database. */
  cookies: Set<number>
}

const headerBytes = 32
const frameHeaderBytes = 24

/**
 * Read by hand up to the last transaction that SQLite would carry over: further frames are of an older WAL, or were cut off
 * by a kill or a power cut. See SQLite's file format, section 4: https://www.sqlite.org/fileformat2.html
 */
export function readWal(path: string): WalFile {
  const fd = openSync(path, 'r')
  try {
    const wal: WalFile = { isWal: true, frames: 0, marks: [], cookies: new Set() }
    const header = Buffer.alloc(headerBytes)
    readSync(fd, header, 0, headerBytes, 0)
    if (header.readUInt32BE(0) >>> 1 !== 0x377f0682 >>> 1) return { ...wal, isWal: header.every((byte) => byte === 0) }
    const sum = new Checksum(header.readUInt32BE(0) % 2 === 1)
    sum.add(header.subarray(0, 24))
    if (!sum.is(header.subarray(24))) return wal

    const frame = Buffer.alloc(frameHeaderBytes + header.readUInt32BE(8))
    const page = frame.subarray(frameHeaderBytes)
    let frames = 0
    let uncommitted: Mark[] = []
    for (let at = headerBytes; readSync(fd, frame, 0, frame.length, at) === frame.length; at += frame.length) {
      if (!frame.subarray(8, 16).equals(header.subarray(16, 24))) break
      sum.add(frame.subarray(0, 8))
      sum.add(page)
      if (!sum.is(frame.subarray(16))) break
      const number = frame.readUInt32BE(0)
      const mark = number === markPage ? markOn(page) : undefined
      if (mark) uncommitted.push(mark)
      if (number === 1) wal.cookies.add(cookieOn(page))
      frames++
      if (frame.readUInt32BE(4) === 0) continue // a later frame ends this transaction
      wal.frames = frames
      wal.marks.push(...uncommitted)
      uncommitted = []
    }
    return wal
  } finally {
    closeSync(fd)
  }
}

/** Section 4.2 of the format: each checksum goes on from the one before. */
class Checksum {
  readonly #read: (bytes: Buffer, at: number) => number
  #s0 = 0
  #s1 = 0

  constructor(isBigEndian: boolean) {
    this.#read = isBigEndian ? (bytes, at) => bytes.readInt32BE(at) : (bytes, at) => bytes.readInt32LE(at)
  }

  add(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += 8) {
      this.#s0 = (this.#s0 + this.#read(bytes, at) + this.#s1) | 0
      this.#s1 = (this.#s1 + this.#read(bytes, at + 4) + this.#s0) | 0
    }
  }

  is(written: Buffer): boolean {
    return written.readInt32BE(0) === this.#s0 && written.readInt32BE(4) === this.#s1
  }
}
