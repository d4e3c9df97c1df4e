import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { type BackupReport, MaintenanceError } from '../../maintenance.ts'
import { schemaOf } from '../migrations/schema.ts'
import { cannotWrite } from './cannot-write.ts'
import { contentsOf, damageIn } from './contents.ts'
import { endLife } from './lifeless.ts'
import { openToLook } from './looking.ts'
import { newPart, syncFile, syncFolder } from './safe-files.ts'
import type { Watch } from './watch.ts'

/**
 * Copy a database as it is at one moment, also while a server writes into it: as a reader, which holds up nobody who writes. The
 * copy is one file, has nothing of what was deleted, and gets its name when it is whole and on disk.
 * @param to  a file that is not there, or a folder, in which it is called after the database and the time
 * @throws MaintenanceError, StoreOpenError, StoreInUseError
 */
export function backUp(db: string, to: string, isServed: boolean, nowMs: number, watch: Watch): BackupReport {
  const file = fileFor(to, db, nowMs)
  refuseExisting(file)
  const from = openToLook(db, isServed)
  let part: string | undefined
  try {
    part = newPart(file, watch.writes)
    const { bytes } = from.sql.get<{ bytes: number }>(size) ?? { bytes: 0 }
    watch.grows('copying', part, bytes)
    from.sql.run('VACUUM INTO ?', part)
    watch.begins('reading the copy')
    const seen = endLife(part, (sql) => {
      const [damage] = damageIn(sql, 1)
      if (damage !== undefined) throw new MaintenanceError(`The copy cannot be read again: ${damage}. Is the disk in order?`)
      return { schema: schemaOf(sql.db), ...contentsOf(sql) }
    })
    syncFile(part)
    refuseExisting(file)
    renameSync(part, file)
    syncFolder(dirname(file))
    return { did: 'backup', db: from.path, file, bytes: statSync(file).size, ...seen }
  } catch (cause) {
    if (part !== undefined) rmSync(part, { force: true })
    throw cannotWrite(from.path, file, cause)
  } finally {
    from.close()
  }
}

/** Without the pages that are free, which the copy will not have. */
const size = `SELECT (p.page_count - f.freelist_count) * s.page_size AS bytes
  FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s`

function fileFor(to: string, db: string, nowMs: number): string {
  const path = resolve(to)
  const isFolder = /[/\\]$/.test(to) || (existsSync(path) && statSync(path).isDirectory())
  return isFolder ? join(path, `${basename(db, extname(db))}-${stamp(nowMs)}.db`) : path
}

function refuseExisting(file: string): void {
  if (existsSync(file)) throw new MaintenanceError(`${file} is there already. Name another file, or move it away.`)
}

/** A time in UTC, for the name of a file: 20261123-094100. */
export const stamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
