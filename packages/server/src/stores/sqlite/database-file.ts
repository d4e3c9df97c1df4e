import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  statSync
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { StoreOpenError } from '../store.ts'
import { cannotOpen } from './cannot-open.ts'

/** A database is a file and what stands beside it: SQLite's own, and the lock that keeps a second server out. */
const besides = ['-wal', '-shm', '-journal', '.lock'] as const
export const everyFile = (file: string): string[] => [file, ...besides.map((ending) => file + ending)]

/** Where the database is or will be, and the folders that were made for it. */
export interface Place {
  path: string
  made: readonly string[]
}

/**
 * The lock is found by the real path, so that two names of one file are one file. Folders that are not there are made.
 * @throws StoreOpenError when there can be no database there; then no folder was made
 */
export function findPlace(file: string): Place {
  const made: string[] = []
  try {
    if (/[/\\]$/.test(file)) throw isFolder(file)
    makeFolder(dirname(resolve(file)), made)
    const path = linked(join(realpathSync(dirname(resolve(file))), basename(file)), made)
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isDirectory()) throw isFolder(file)
    if (found && !found.isFile()) throw new StoreOpenError(`${file} is not a regular file. Give another one with --db.`)
    if (found && found.nlink > 1) {
      throw new StoreOpenError(
        `${file} is one of ${found.nlink} names of the same file (hard links); a database needs a file of its own.`
      )
    }
    return { path, made }
  } catch (error) {
    leavePlace(made)
    throw cannotOpen(file, error)
  }
}

/** Remove the folders that were made, where no database came to be. */
export function leavePlace(made: readonly string[]): void {
  for (const folder of made.toReversed()) {
    try {
      rmdirSync(folder)
    } catch {
      return // somebody has put something into it: it is theirs now
    }
  }
}

const isFolder = (file: string) =>
  new StoreOpenError(`${file} is a folder. Name the file in it too: --db ${join(file, 'chat.db')}`)

/** Where symbolic links lead, also if there is nothing yet. */
function linked(path: string, made: string[]): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path
  const target = resolve(dirname(path), readlinkSync(path))
  makeFolder(dirname(target), made)
  return linked(target, made)
}

/** Not `recursive`: where a file system knows no folders to be made, as /proc, Node would try for ever. */
function makeFolder(folder: string, made: string[]): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder), made)
  mkdirSync(folder, { mode: 0o700 })
  made.push(folder)
}

/** Others on this machine have no business in the texts, whatever the umask, and whatever was copied here; true: it was made. */
export function keepForUsAlone(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600)) // never one that is there: to close it would drop the locks of this process on it
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  narrow(file)
  return false
}

/** Take what group and others may do from a file that is there. SQLite gives the files that it makes the mode of the database. */
export function narrow(file: string): void {
  const mode = lstatSync(file, { throwIfNoEntry: false })?.mode ?? 0
  try {
    if (mode & 0o077) chmodSync(file, mode & 0o700)
  } catch {
    // it belongs to another user, who has let us use it
  }
}

/** A name that stays may come to mean another file: device and inode tell them apart. */
export function identity(file: string): string {
  try {
    const { dev, ino } = statSync(file, { bigint: true })
    return `${dev}:${ino}`
  } catch (error) {
    return (error as Error).message
  }
}

/**
 * The names of an open database must stay with their files. What is written into a file that has lost its name is gone with the
 * process, and where the name of the lock is free, a second server takes it.
 */
export class OpenFiles {
  readonly #opened: ReadonlyMap<string, string>

  constructor(file: string) {
    this.#opened = new Map([file, `${file}-wal`, `${file}.lock`].map((path) => [path, identity(path)]))
  }

  /** Why nothing may be written any more. */
  get lost(): string | undefined {
    for (const [path, opened] of this.#opened) {
      if (identity(path) !== opened) return `${path} was removed or replaced while the server ran`
    }
    return undefined
  }
}

/** A file of the open database has lost its name. */
export class LostFileError extends Error {}
