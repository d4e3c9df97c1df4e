import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { type Mark, markOn, markPage } from './mark-of-life.ts'

/** What the first pages of a database file say, without what its WAL would change. */
export interface FileHeader {
  bytes: number
  /** It begins as SQLite's files do. */
  isDatabase: boolean
  /** It ends before its first page does. */
  isCut: boolean
  /** Nothing was ever made in it. */
  isBlank: boolean
  /** A copy made by `VACUUM INTO` is not, until it is opened. */
  isInWalMode: boolean
  applicationId: number
  /** Number of the schema. */
  schema: number
  /** See `schema-cookie.ts`. */
  cookie: number
  mark: Mark | undefined
}

/** The header of the file, and that of the b-tree on its first page, which holds the schema. */
const headerBytes = 108
const tableLeaf = 13

/** The schema cookie, on the first page. */
export const cookieOn = (page: Buffer): number => page.readUInt32BE(40)

/**
 * Read by hand, because a database whose server was killed in a checkpoint may be refused by SQLite as long as its WAL is left
 * out: its header can count pages that are not written yet. Each page by itself is whole. See SQLite's file format, section
 * 1.3: https://www.sqlite.org/fileformat2.html
 *
 * Only while this process has no connection to the file: closing it here would drop the locks of the process on it.
 */
export function readHeader(file: string): FileHeader {
  const fd = openSync(file, 'r')
  try {
    const first = Buffer.alloc(headerBytes)
    readSync(fd, first, 0, headerBytes, 0)
    const isDatabase = first.toString('latin1', 0, 16) === 'SQLite format 3\0'
    const pageBytes = first.readUInt16BE(16) === 1 ? 65_536 : first.readUInt16BE(16)
    const page = Buffer.alloc(isDatabase ? pageBytes : 0)
    readSync(fd, page, 0, page.length, pageBytes * (markPage - 1))
    const { size: bytes } = fstatSync(fd)
    return {
      bytes,
      isDatabase,
      isCut: bytes < pageBytes,
      isBlank: bytes === 0 || (first[100] === tableLeaf && first.readUInt16BE(103) === 0),
      isInWalMode: first[18] === 2 && first[19] === 2,
      applicationId: first.readInt32BE(68),
      schema: first.readInt32BE(60),
      cookie: cookieOn(first),
      mark: markOn(page)
    }
  } finally {
    closeSync(fd)
  }
}
