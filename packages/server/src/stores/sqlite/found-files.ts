import { accessSync, constants, existsSync, lstatSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { StoreOpenError } from '../store.ts'
import { applicationId } from './connection.ts'
import { everyFile } from './database-file.ts'
import { type FileHeader, readHeader } from './file-header.ts'
import { unmarked } from './mark-of-life.ts'
import { marksSince, refuseNewer } from './migrations/schema.ts'
import type { Note } from './server-lock.ts'
import { readWal, type WalFile } from './wal-file.ts'

/** What lies at the place of a database before anything is opened or changed. */
export interface Found {
  /** undefined: there is no file. */
  header: FileHeader | undefined
  wal: WalFile
}

const noWal: WalFile = { isWal: true, frames: 0, marks: [], cookies: new Set() }

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

/** What a restore that was interrupted leaves: the copy that is to take the place of the database. */
export const restoredFile = (file: string): string => `${file}.restored`

export function refuseInterrupted(file: string): void {
  if (!existsSync(restoredFile(file))) return
  throw new StoreOpenError(
    `chat-server restore was interrupted before ${basename(file)} was in its place. Repeat it: chat-server restore BACKUP --db ${file}`
  )
}

/** With the lock held. @throws StoreOpenError for a database that is not ours */
export function findFiles(file: string): Found {
  refuseInterrupted(file)
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

function refuseOthers(file: string, { isDatabase, isCut, isBlank, applicationId: program, schema }: FileHeader): void {
  if (!isDatabase) throw new StoreOpenError(`${file} is not a database. Give another file with --db.`)
  if (isCut) throw new StoreOpenError(`${file} is damaged. Restore it from a backup, or give another file with --db.`)
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
  const name = basename(file)
  const aside = `move ${name}-wal and ${name}-shm aside`
  if (header?.bytes === 0 && note && note.last !== unmarked) {
    throw new StoreOpenError(`${file} is empty, but it was a database. Put a copy in its place; to start over, delete it.`)
  }
  if (wal.frames === 0) return
  const what = !header ? 'is missing' : header.bytes === 0 ? 'is empty' : undefined
  if (!header || what) {
    throw new StoreOpenError(
      `${file} ${what}, but ${name}-wal holds a part of it. Put ${file} back; to do without that part, ${aside}.`
    )
  }
  const fit = fitOf(wal, header, note)
  if (fit === 'foreign') {
    throw new StoreOpenError(
      `${file}-wal was not written for this ${name}: one of them was put there from elsewhere. To use ${file} as it is, ${aside}; to use what was there before, put back the file that the WAL was written for.`
    )
  }
  if (fit === 'unknown') {
    throw new StoreOpenError(
      `${file}-wal is older than what ${name}.lock knows of, and may undo a part of ${name}. If ${name} and ${name}-wal were copied together, delete ${name}.lock to start from that copy; if only one of them was put there, put the other one of the same time there too.`
    )
  }
}

/** Was this WAL written for this file, and does it hold what the file has not? `unknown`: only if both are of one moment. */
function fitOf(wal: WalFile, header: FileHeader, note: Note | undefined | null): 'belongs' | 'foreign' | 'unknown' {
  const { mark: { mark } = { mark: unmarked }, isInWalMode, schema } = header
  if (wal.marks.length === 0) {
    // A version that knew no marks has left a lock without a note; the first start of this one notes that there is none yet.
    const mayBeWithout = note === undefined || note?.last === unmarked
    return isInWalMode && mayBeWithout && mark === unmarked && schema < marksSince ? 'belongs' : 'foreign'
  }
  const at = lives(wal).lastIndexOf(mark)
  if (at < 0 || !isInWalMode || isCopied(header, wal)) return 'foreign'
  if (!note) return 'belongs'
  const { last, inFile, isPart } = note
  // An older file would be brought up to what the newer one was, as if nobody had put it there.
  if (reaches(wal, note)) return at < lives(wal).lastIndexOf(inFile) ? 'foreign' : 'belongs'
  // The lock knows of more. Both were put back, unless it speaks of this file: over that, older pages might come back.
  if (mark !== inFile && !(isPart && mark === last)) return 'belongs'
  if (isPart) return 'unknown'
  return inFile === last ? 'foreign' : 'belongs'
}

/** The marks that the file may bear beside this WAL, the oldest first: that of the time before it is one of them. */
const lives = ({ marks }: WalFile): number[] => [
  ...marks.slice(0, 1).map(({ previous }) => previous),
  ...marks.map(({ mark }) => mark)
]

/** Does the WAL hold all that the lock knows of? One that begins after the last mark began when all before it was in the file. */
function reaches(wal: WalFile, { last, frames }: Note): boolean {
  const noted = lives(wal).lastIndexOf(last)
  return noted === 0 || (noted > 0 && wal.frames >= frames)
}

/** Does it bear the mark of a file that it is a copy of? Its schema cookie is one that the file never had beside this WAL. */
function isCopied({ mark, cookie }: FileHeader, { marks, cookies }: WalFile): boolean {
  const noted = [mark, ...marks].map((one) => one?.cookie)
  return !noted.includes(undefined) && !noted.includes(cookie) && !cookies.has(cookie)
}

/**
 * Is this the newest that there was, as far as the lock knows? What is older, as a copy that was put back, would give the
 * numbers of events again that readers have seen.
 */
export function isNewest({ header, wal }: Found, note: Note | undefined | null): boolean {
  const mark = header?.mark?.mark ?? unmarked
  if (!note) return mark === unmarked
  if (note.isAnother || !header?.isInWalMode) return false
  // Without a WAL only a file that has all of it. That it bears the last mark does not say so: a kill may have left a part of the rest.
  if (wal.frames === 0) return mark === note.last && (mark === unmarked || (note.inFile === mark && !note.isPart))
  return reaches(wal, note)
}
