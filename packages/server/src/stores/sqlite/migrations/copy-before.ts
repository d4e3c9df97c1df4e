import { closeSync, openSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StoreOpenError } from '../../store.ts'
import type { Row } from '../driver.ts'
import { sqliteCode, sqliteFull } from '../error-code.ts'
import { readHeader } from '../file-header.ts'
import { endLife } from '../maintenance/lifeless.ts'
import { syncFile, syncFolder } from '../maintenance/safe-files.ts'
import type { Sql } from '../sql.ts'
import { isServed, nameOfCopy, unfinished } from './kept-copies.ts'
import { schemaNewest, schemaOf } from './schema.ts'

const megabyte = 1024 * 1024

/** What a database was before it was brought up to date, kept beside it. */
export interface CopyBefore {
  file: string
  /** Number of its schema. */
  schema: number
  /** This start has made it, not one before that was killed. */
  isNew: boolean
}

/** Hears that a copy of about so many bytes is begun, in this file. */
export type TellCopying = (part: string, bytes: number) => void

/**
 * Copy a database whose schema is about to change, all or nothing, so that an earlier program can go on from there. A start that was
 * killed between two steps has left the copy of what there was before the first: that stays.
 * @returns undefined: the schema is the newest, or there is nothing in it yet
 * @throws StoreOpenError when there is no room for it, or somebody's database has its name; then nothing was changed
 */
export function copyBefore(sql: Sql, file: string, tell: TellCopying): CopyBefore | undefined {
  const schema = schemaOf(sql.db)
  if (schema === 0 || schema === schemaNewest) return undefined
  const copy = nameOfCopy(file, schemaNewest)
  const found = statSync(copy, { throwIfNoEntry: false })
  if (found && isServed(copy)) throw inTheWay(file, copy)
  const part = `${copy}${unfinished}`
  for (const ending of ['', '-journal']) rmSync(part + ending, { force: true })
  const earlier = found && found.mtimeMs > openedAt(sql) ? readHeader(copy).schema : undefined
  if (earlier !== undefined && earlier < schema) return { file: copy, schema: earlier, isNew: false }

  const { bytes } = sql.get<Row & { bytes: number }>(size) ?? { bytes: 0 }
  const { bavail, bsize } = statfsSync(dirname(file))
  if (bavail * bsize < bytes) throw noRoom(file, bytes)
  try {
    closeSync(openSync(part, 'wx', 0o600))
    tell(part, bytes)
    sql.run('VACUUM INTO ?', part)
    endLife(part, () => {})
    syncFile(part)
    renameSync(part, copy)
    syncFolder(dirname(copy))
  } catch (cause) {
    rmSync(part, { force: true })
    const isFull = sqliteCode(cause) === sqliteFull || (cause as NodeJS.ErrnoException).code === 'ENOSPC'
    throw isFull ? noRoom(file, bytes, cause) : cause
  }
  return { file: copy, schema, isNew: true }
}

/** Without the pages that are free, which the copy will not have. */
const size = `SELECT (p.page_count - f.freelist_count) * s.page_size AS bytes
  FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s`

/** When the last start which came to its end began: a younger copy was left by one that did not. */
const openedAt = (sql: Sql): number => sql.get<{ openedAt: number }>('SELECT openedAt FROM meta')?.openedAt ?? 0

const inTheWay = (file: string, copy: string) =>
  new StoreOpenError(
    `${copy} has the name of the copy that is made of ${file} before this version changes it, but a server has used it as its own database. Stop that server, move the file away together with those beside it whose names begin with its name, and start again; nothing was changed.`
  )

function noRoom(file: string, bytes: number, cause?: unknown): StoreOpenError {
  const need = `${Math.ceil(bytes / megabyte)} MB`
  return new StoreOpenError(
    `There is no room on the disk to copy ${file} (${need}) before this version changes it. Make room beside it and start again; nothing was changed.`,
    { cause }
  )
}
