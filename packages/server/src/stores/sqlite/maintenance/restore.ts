import { existsSync, realpathSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { dirname } from 'node:path'
import { MaintenanceError, type RestoreReport } from '../../maintenance.ts'
import { StoreInUseError } from '../../store.ts'
import { findPlace, leavePlace } from '../database-file.ts'
import { bytesOf, presentFiles, restoredFile } from '../found-files.ts'
import { refuseNewer, schemaOf } from '../migrations/schema.ts'
import { indexFile, removeIndex } from '../search/index-file.ts'
import { ServerLock } from '../server-lock.ts'
import { stamp } from './backup.ts'
import { cannotWrite } from './cannot-write.ts'
import { contentsOf, damageIn } from './contents.ts'
import { endLife } from './lifeless.ts'
import { existingFile, fittingFiles } from './looking.ts'
import { copyInto, newPart, syncFile, syncFolder } from './safe-files.ts'
import type { Watch } from './watch.ts'

/**
 * Put a copy in the place of a database: one that `backUp` made, or one that was copied by hand, with the WAL beside it. It is copied
 * and read through first, and begins a new life. What was there before is kept under another name.
 * @param replace  a database may be there
 * @throws StoreInUseError when a server runs with one of the two, MaintenanceError, StoreOpenError
 */
export function restore(backup: string, db: string, replace: boolean, nowMs: number, watch: Watch): RestoreReport {
  const from = existingFile(backup)
  const place = findPlace(db)
  const { path } = place
  let lock: ServerLock | undefined
  let part: string | undefined
  try {
    if (existsSync(path) && realpathSync(path) === from) throw new MaintenanceError(`${from} is in its place already.`)
    presentFiles(path)
    lock = lockOf(path)
    const keptBefore = endInterrupted(path)
    if (!replace) refuseToReplace(path)
    part = newPart(path, watch.writes)
    const seen = copyAndRead(from, part, watch)
    syncFile(part)
    const keptAs = takePlace(part, path, nowMs) ?? keptBefore
    return { did: 'restore', db: path, backup: from, keptAs, ...seen }
  } catch (cause) {
    if (part !== undefined) for (const ending of ['', '-wal', '-shm']) rmSync(part + ending, { force: true })
    throw cannotWrite(from, path, cause)
  } finally {
    if (lock?.isNew) rmSync(`${path}.lock`)
    lock?.release()
    if (!existsSync(path)) leavePlace(place.made)
  }
}

function lockOf(path: string): ServerLock {
  try {
    return ServerLock.take(path)
  } catch (error) {
    if (!(error instanceof StoreInUseError)) throw error
    throw new StoreInUseError(`A chat-server is running with ${path}. Stop it first; nothing was changed.`, { cause: error })
  }
}

function refuseToReplace(path: string): void {
  if (whole.every((ending) => bytesOf(path + ending) === 0)) return
  throw new MaintenanceError(
    `There is a database at ${path} already. To put the backup in its place, add --replace: what is there now is kept beside it under another name.`
  )
}

/** What is put there was looked through before, down to the last page. */
function copyAndRead(from: string, part: string, watch: Watch): Pick<RestoreReport, 'schema' | 'rooms' | 'users' | 'messages'> {
  try {
    fittingFiles(from, ({ header, wal }) => {
      watch.grows('copying', part, header?.bytes ?? 0)
      copyInto(from, part)
      if (wal.frames > 0) copyInto(`${from}-wal`, `${part}-wal`)
    })
  } catch (error) {
    if (!(error instanceof StoreInUseError)) throw error
    throw new MaintenanceError(`A chat-server is running with ${from}. Make a copy first: chat-server backup FILE --db ${from}`)
  }
  watch.begins('reading the copy')
  return endLife(part, (sql) => {
    const [damage] = damageIn(sql, 1)
    if (damage !== undefined) {
      throw new MaintenanceError(`${from} is damaged (${damage}). Nothing was changed. Use an earlier backup.`)
    }
    const schema = schemaOf(sql.db)
    refuseNewer(from, schema)
    return { schema, ...contentsOf(sql) }
  })
}

/**
 * Put the copy in its place. While a kill could leave something between the two, `restoredFile` is there, which no server starts
 * beside; the last step takes it away.
 */
function takePlace(part: string, path: string, nowMs: number): string | null {
  const guard = restoredFile(path)
  const atMs = freeTime(path, nowMs)
  utimesSync(part, atMs / 1000, atMs / 1000)
  renameSync(part, guard)
  syncFolder(dirname(path))
  const keptAs = setAside(path, atMs)
  for (const ending of ['-wal', '-shm']) rmSync(path + ending, { force: true })
  removeIndex(indexFile(path))
  syncFolder(dirname(path))
  renameSync(guard, path)
  syncFolder(dirname(path))
  return keptAs
}

/** What an interrupted try has left in its place goes where that try has put the rest, or was about to. */
function endInterrupted(path: string): string | null {
  const guard = statSync(restoredFile(path), { throwIfNoEntry: false })
  if (!guard) return null
  const moved = setAside(
    path,
    freeTime(
      path,
      guard.mtimeMs,
      whole.filter((ending) => bytesOf(path + ending) > 0)
    )
  )
  const kept = keptName(path, guard.mtimeMs)
  return moved ?? (whole.some((ending) => existsSync(kept + ending)) ? kept : null)
}

/** A database, with what may hold a part of it. */
const whole = ['', '-wal', '-journal']

const keptName = (path: string, atMs: number): string => `${path}.replaced-${stamp(atMs)}`

/** The first second from this one on whose name is free for these files. */
function freeTime(path: string, fromMs: number, endings = whole): number {
  let atMs = fromMs
  while (endings.some((ending) => existsSync(keptName(path, atMs) + ending))) atMs += 1000
  return atMs
}

/** @returns the name under which it is all now; null: there was nothing */
function setAside(path: string, atMs: number): string | null {
  const present = whole.filter((ending) => bytesOf(path + ending) > 0)
  const kept = keptName(path, atMs)
  for (const ending of present) renameSync(path + ending, kept + ending)
  return present.length > 0 ? kept : null
}
