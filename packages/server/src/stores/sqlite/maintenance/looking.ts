import { accessSync, constants, existsSync, realpathSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { StoreOpenError } from '../../store.ts'
import { cannotOpen } from '../cannot-open.ts'
import { openReading } from '../connection.ts'
import { sqliteCannotOpen, sqliteCode, sqliteReadOnly } from '../error-code.ts'
import { bytesOf, type Found, findFiles, isNewest, refuseInterrupted, refuseMixture } from '../found-files.ts'
import { type Note, ServerLock } from '../server-lock.ts'
import { Sql } from '../sql.ts'

/** A database that is only looked at, while a server may run with it, or begin to. */
export interface Looked {
  /** The real path. */
  path: string
  sql: Sql
  /** Let go of it, and leave nothing beside it that was not there. */
  close(): void
}

/**
 * Open a database for reads alone. What lies beside it is looked at first: SQLite would read a WAL of another file into this one.
 * @param isServed  a server has it open, which has seen to that
 * @throws StoreInUseError when a server has it and that was not known, StoreOpenError for what is no database of ours
 */
export function openToLook(file: string, isServed: boolean): Looked {
  try {
    const path = existingFile(file, 'Start a server first, or name its file with --db.')
    const isAlone = !existsSync(`${path}-wal`)
    const found = isServed ? undefined : fittingFiles(path)
    const sql = new Sql(openReading(found && mustNotTouch(path, found) ? untouched(path) : path))
    const close = () => {
      sql.db.close()
      if (isAlone && !isServed && existsSync(`${path}-wal`)) leaveAsFound(path)
    }
    return { path, sql, close }
  } catch (cause) {
    throw cannotOpen(file, cause)
  }
}

/** A database that nobody else has, nor gets, before it is closed. */
export interface Alone extends Looked {
  /** It is the newest that there was, as far as is known; false: readers may have seen more than is in it. */
  isNewest: boolean
}

/**
 * Open a database that no server has for reads alone, and keep servers out. No byte of it is changed, nor what lies beside it.
 * @throws StoreInUseError when a server has it, StoreOpenError for what is no database of ours
 */
export function openAlone(file: string): Alone {
  let lock: ServerLock | undefined
  const release = (path: string) => {
    if (lock?.isNew) rmSync(`${path}.lock`)
    lock?.release()
  }
  let path = file
  try {
    path = existingFile(file)
    lock = canBeServed(path) ? ServerLock.take(path) : undefined
    const note = lock?.isNew === false ? lock.note : null
    const found = fitting(path, note)
    const hasIndex = existsSync(`${path}-shm`)
    const hasWal = found.wal.frames > 0
    const sql = new Sql(openReading(hasWal ? path : untouched(path)))
    const close = () => {
      sql.db.close()
      if (hasWal && !hasIndex) rmSync(`${path}-shm`, { force: true })
      release(path)
    }
    return { path, sql, isNewest: isNewest(found, note), close }
  } catch (cause) {
    const error = cannotOpen(file, cause)
    release(path)
    throw error
  }
}

/** Not on a disk that cannot be written; anywhere else a server could start, if need be of another user. */
function canBeServed(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EROFS'
  }
}

/** @param hint  where there is none @throws StoreOpenError when there is none */
export function existingFile(file: string, hint = 'Name another file.'): string {
  const stat = existsSync(file) && statSync(file)
  if (!stat) {
    refuseInterrupted(file)
    throw new StoreOpenError(`There is no database at ${file}. ${hint}`)
  }
  if (stat.isDirectory()) throw new StoreOpenError(`${file} is a folder. Name the file in it too.`)
  if (!stat.isFile()) throw new StoreOpenError(`${file} is not a regular file.`)
  return realpathSync(file)
}

/**
 * Look at what lies there while nobody changes it.
 * @throws StoreInUseError when a server has it, StoreOpenError for what does not belong together or is not ours
 */
export function fittingFiles(path: string, use: (found: Found) => void = () => {}): Found {
  const lock = lockOf(path)
  try {
    const found = fitting(path, lock ? lock.note : null)
    use(found)
    return found
  } finally {
    lock?.release()
  }
}

function fitting(path: string, note: Note | undefined | null): Found {
  const found = findFiles(path)
  if (found.header?.bytes === 0) throw new StoreOpenError(`${path} is empty: it is not a database.`)
  refuseMixture(path, found, note)
  return found
}

/** Where no lock file is, or none can be written, no server runs. */
function lockOf(path: string): ServerLock | undefined {
  if (!existsSync(`${path}.lock`)) return undefined
  try {
    return ServerLock.take(path)
  } catch (error) {
    const code = sqliteCode(error)
    if (code === sqliteReadOnly || code === sqliteCannotOpen) return undefined
    throw error
  }
}

/** SQLite makes an index of the WAL beside a database, also of one that is empty: not on a disk that cannot be written. */
function mustNotTouch(path: string, { header, wal }: Found): boolean {
  if (!header?.isInWalMode || wal.frames > 0) return false
  try {
    accessSync(dirname(path), constants.W_OK)
    return false
  } catch {
    return true
  }
}

function untouched(path: string): URL {
  const url = pathToFileURL(path)
  url.search = '?immutable=1'
  return url
}

/** SQLite has made an empty WAL and its index, where nothing was. A server that has begun meanwhile keeps what it has there. */
function leaveAsFound(path: string): void {
  try {
    const lock = ServerLock.take(path)
    if (bytesOf(`${path}-wal`) === 0) for (const ending of ['-wal', '-shm']) rmSync(path + ending, { force: true })
    if (lock.isNew) rmSync(`${path}.lock`)
    lock.release()
  } catch {
    // they stay, as after any stop
  }
}
