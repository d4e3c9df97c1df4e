import { accessSync, constants, existsSync, lstatSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { StoreOpenError } from '../store.ts'
import { applicationId } from './connection.ts'
import { everyFile } from './database-file.ts'
import { type FileHeader, readHeader } from './file-header.ts'
import { unmarked } from './mark-of-life.ts'
import { marksSince, refuseNewer } from './migrations/schema.ts'
import { everyFrame, type Note } from './server-lock.ts'
import { readWal, type WalFile } from './wal-file.ts'

/** What lies at the place of a database before anything is opened or changed. */
export interface Found {
  /** undefined: there is no file. */
  header: FileHeader | undefined
  wal: WalFile
}

const noWal: WalFile = { isWal: true, frames: 0, marks: [] }

/**
 * Before the lock is taken, because even that would wait for a pipe, or follow a link to the files of another database.
 * @returns which files are there
 * @throws StoreOpenError for what is no plain file, and errors of the system for what may not be written
 */
export function presentFiles(file: string): Set<string> {
  const present = new Set<string>()
  accessSync(dirname(file), constants.W_OK | constants.X_OK)
  for (const path of everyFile(file)) {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (!stat) continue
    if (!stat.isFile()) throw new StoreOpenError(`${path} is not a regular file. Move it aside.`)
    accessSync(path, constants.R_OK | constants.W_OK)
    present.add(path)
  }
  return present
}

/** With the lock held. @throws StoreOpenError for a database that is not ours */
export function findFiles(file: string): Found {
  const header = existsSync(file) ? readHeader(file) : undefined
  if (header && header.bytes > 0) refuseOthers(file, header)
  if (bytesOf(`${file}-journal`) > 0) {
    throw new StoreOpenError(
      `${file}-journal was left by another program that did not finish a change. If it belongs to this ${basename(file)}, let SQLite undo the change: sqlite3 ${file} .tables. If not, move it aside.`
    )
  }
  const wal = existsSync(`${file}-wal`) ? readWal(`${file}-wal`) : noWal
  if (!wal.isWal) throw new StoreOpenError(`${file}-wal is not the WAL of a database. Move it aside.`)
  return { header, wal }
}

export const bytesOf = (path: string): number => lstatSync(path, { throwIfNoEntry: false })?.size ?? 0

function refuseOthers(file: string, { isDatabase, isBlank, applicationId: program, schema }: FileHeader): void {
  if (!isDatabase) throw new StoreOpenError(`${file} is not a database. Give another file with --db.`)
  if (program !== applicationId && !(program === 0 && isBlank)) {
    throw new StoreOpenError(`${file} is the database of another program. Give another file with --db.`)
  }
  refuseNewer(file, schema)
}

/**
 * Refuse a WAL that does not belong to the file beside it, and a file that has lost what was in it.
 * @param note  what the lock says; undefined: there is a lock without a note, null: there was none
 * @throws StoreOpenError that says what to do
 */
export function refuseMixture(file: string, { header, wal }: Found, note: Note | undefined | null): void {
  const aside = `move ${basename(file)}-wal and ${basename(file)}-shm aside`
  if (header?.bytes === 0 && note && note.last !== unmarked) {
    throw new StoreOpenError(`${file} is empty, but it was a database. Put a copy in its place; to start over, delete it.`)
  }
  if (wal.frames === 0 || (header && belongs(wal, header, note))) return
  const what = !header ? 'is missing' : header.bytes === 0 ? 'is empty' : undefined
  if (what) {
    throw new StoreOpenError(
      `${file} ${what}, but ${file}-wal holds a part of it. Put ${file} back; to do without that part, ${aside}.`
    )
  }
  throw new StoreOpenError(
    `${file}-wal was not written for this ${basename(file)}: one of them was put there from elsewhere. To use ${file} as it is, ${aside}; to use what was there before, put back the file that the WAL was written for.`
  )
}

/** Was this WAL written for this file, and does it hold what the file has not? */
function belongs(
  { frames, marks }: WalFile,
  { isInWalMode, mark = unmarked, schema }: FileHeader,
  note: Note | undefined | null
): boolean {
  if (!isInWalMode) return false
  const [first] = marks
  if (!first) {
    // A version that knew no marks has left a lock without a note; the first start of this one notes that there is none yet.
    const mayBeWithout = note === undefined || note?.last === unmarked
    return mayBeWithout && mark === unmarked && schema < marksSince
  }
  const isBefore = mark === first.previous
  const isAfter = marks.some((one) => one.mark === mark)
  if (!note) return isBefore || isAfter
  // Over a file that has more than this WAL holds, older pages would come back.
  const { last, moved } = note
  if (marks.some((one) => one.mark === last) && frames >= moved) return isAfter || (isBefore && frames > moved)
  // A WAL that begins after the noted mark began when all before it was moved, just before a kill that left no time to note it.
  const isNext = isBefore && mark === last
  return isNext || (isBefore && (moved === 0 || moved === everyFrame))
}

/**
 * Is this the newest that there was, as far as the lock knows? What is older, as a copy that was put back, would give the
 * numbers of events again that readers have seen.
 */
export function isNewest({ header, wal: { frames, marks } }: Found, note: Note | undefined | null): boolean {
  const mark = header?.mark ?? unmarked
  if (!note) return mark === unmarked
  if (note.isAnother || !header?.isInWalMode) return false
  // A copy made by SQLite's backup has the mark, but lacks what came after it: then the lock knows of a WAL that is gone.
  if (frames === 0) return mark === note.last && (note.moved === everyFrame || mark === unmarked)
  return marks.some((one) => one.previous === note.last || (one.mark === note.last && frames >= note.moved))
}
