import { StoreOpenError } from '../store.ts'
import { isDiskFull } from './disk-full.ts'
import {
  sqliteBusy,
  sqliteCannotOpen,
  sqliteCode,
  sqliteCorrupt,
  sqliteFull,
  sqliteIoError,
  sqliteNotADatabase,
  sqliteReadOnly
} from './error-code.ts'

/**
 * Why there can be no database, in one line that says what to do. What is said so already stays, and so does what is neither of
 * the system nor of SQLite: a fault of ours, of which nothing should be hidden.
 */
export function cannotOpen(file: string, cause: unknown): unknown {
  if (cause instanceof StoreOpenError) return cause
  const { message, code = '', syscall } = cause as NodeJS.ErrnoException
  if (syscall === undefined && sqliteCode(cause) === undefined) return cause
  return new StoreOpenError(ofTheSystem(file, code) ?? ofSqlite(file, cause) ?? `${file} cannot be opened: ${message}.`, {
    cause
  })
}

const full = (file: string) => `There is no room on the disk for ${file}. Make some, or give a file on another disk with --db.`
const readOnly = (file: string) =>
  `${file} is on a disk that cannot be written (read-only). Give a file on another one with --db.`
const notOurs = (file: string) =>
  `This user may not write ${file}, its folder or what lies beside it. Change whose they are, or give another file with --db.`

function ofTheSystem(file: string, code: string): string | undefined {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return full(file)
    case 'EROFS':
      return readOnly(file)
    case 'EACCES':
    case 'EPERM':
      return notOurs(file)
    case 'ENOTDIR':
      return `${file} leads through a file as if it were a folder. Give another path with --db.`
    case 'ELOOP':
      return `The links of ${file} lead in a circle. Give another path with --db.`
    case 'ENAMETOOLONG':
      return `The path ${file} is too long. Give a shorter one with --db.`
    case 'ENOENT':
      return `The folder of ${file} is not there and cannot be made. Give another path with --db.`
    default:
      return undefined
  }
}

function ofSqlite(file: string, error: unknown): string | undefined {
  switch (sqliteCode(error)) {
    case sqliteFull:
      return full(file)
    case sqliteIoError:
      return isDiskFull(file) ? full(file) : `The disk fails where ${file} is: ${(error as Error).message}.`
    case sqliteReadOnly:
    case sqliteCannotOpen:
      return notOurs(file)
    case sqliteBusy:
      return `Another program holds ${file} (database is locked). End it first.`
    case sqliteCorrupt:
    case sqliteNotADatabase:
      return `${file} is damaged. Restore it from a backup, or give another file with --db.`
    default:
      return undefined
  }
}
