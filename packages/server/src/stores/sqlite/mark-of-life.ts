import { randomInt } from 'node:crypto'

/**
 * Nothing in a WAL says which database file it belongs to: SQLite carries it over into whatever lies beside it. After a server
 * was killed, that would undo the restoring of an older file, or make a mixture of both.
 *
 * So the first transaction of every WAL gives the database its next mark, and says which one it had, and so does one more before
 * anything is moved into the file. Until then the file bears the mark before this WAL, and with all of it the last one, which an
 * earlier copy of the WAL does not have. A file that was copied before that WAL began, or after another one, bears neither.
 */
export interface Mark {
  mark: number
  previous: number
  /** The schema cookie that the database had then; undefined: written by a version that noted none. */
  cookie?: number | undefined
}

/** Stands for a file without a mark: a new one, a backup, one written by a version that knew no marks. */
export const unmarked = 1

export const newMark = (): number => randomInt(unmarked + 1, 2 ** 31)

/** A mark as it stands in the one row of `meta`. */
export const markText = ({ mark, previous, cookie }: Required<Mark>): string =>
  `mark:${hex(mark)}:${hex(previous)}:${hex(cookie ?? 0)}`

/** The mark in a text that may have other things around it. */
export function markIn(text: string): Mark | undefined {
  const [, mark, previous, cookie] = /mark:([0-9a-f]{8}):([0-9a-f]{8})(?::([0-9a-f]{8}))?/.exec(text) ?? []
  if (mark === undefined || previous === undefined) return undefined
  return { mark: number(mark), previous: number(previous), cookie: cookie === undefined ? undefined : number(cookie) }
}

const hex = (value: number): string => value.toString(16).padStart(8, '0')
const number = (text: string): number => Number.parseInt(text, 16)

const tableLeaf = 13

/** The page of the file that holds the row of `meta`: it is the first table of the schema, and never more than a page. */
export const markPage = 2

/** The mark on that page, read by hand (SQLite's file format, section 1.6). */
export function markOn(page: Buffer): Mark | undefined {
  const isOneRow = page[0] === tableLeaf && page.readUInt16BE(3) === 1
  return isOneRow ? markIn(page.toString('latin1', page.readUInt16BE(8))) : undefined
}
