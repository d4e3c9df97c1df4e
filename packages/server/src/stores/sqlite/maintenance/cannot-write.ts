import { MaintenanceError } from '../../maintenance.ts'
import { StoreOpenError } from '../../store.ts'
import {
  sqliteCannotOpen,
  sqliteCode,
  sqliteCorrupt,
  sqliteFull,
  sqliteIoError,
  sqliteNotADatabase,
  sqliteReadOnly
} from '../error-code.ts'

/**
 * Why a copy could not be made, in one line that says what to do. A fault of ours stays as it is.
 * @param from  what is copied @param to  where it would be
 */
export function cannotWrite(from: string, to: string, cause: unknown): unknown {
  if (cause instanceof MaintenanceError || cause instanceof StoreOpenError) return cause
  const { message, code = '', syscall, path } = cause as NodeJS.ErrnoException
  if (path === from) return new MaintenanceError(`${from} cannot be read (${code}). Run this as its user.`, { cause })
  const sqlite = sqliteCode(cause)
  if (syscall === undefined && sqlite === undefined) return cause
  const words = ofTheSystem(to, code) ?? ofSqlite(from, to, sqlite) ?? `${to} cannot be written: ${message}.`
  return new MaintenanceError(words, { cause })
}

const full = (to: string) => `There is no room on the disk for ${to}. Make some, or name a file on another disk.`
const notOurs = (to: string) => `This user may not write ${to} or its folder. Name another file, or change whose they are.`

function ofTheSystem(to: string, code: string): string | undefined {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return full(to)
    case 'EROFS':
      return `${to} is on a disk that cannot be written (read-only). Name a file on another one.`
    case 'EACCES':
    case 'EPERM':
      return notOurs(to)
    case 'ENOENT':
      return `The folder of ${to} is not there. Make it first, or name another one.`
    case 'ENOTDIR':
      return `${to} leads through a file as if it were a folder. Name another one.`
    case 'ENAMETOOLONG':
      return `The path ${to} is too long. Name a shorter one.`
    default:
      return undefined
  }
}

function ofSqlite(from: string, to: string, code: number | undefined): string | undefined {
  switch (code) {
    case sqliteFull:
      return full(to)
    case sqliteReadOnly:
    case sqliteCannotOpen:
      return notOurs(to)
    case sqliteIoError:
      return `The disk fails where ${from} or ${to} is. Nothing was copied.`
    case sqliteCorrupt:
    case sqliteNotADatabase:
      return `${from} is damaged, and cannot be copied as a whole. To see what is wrong: chat-server check --db ${from}`
    default:
      return undefined
  }
}
