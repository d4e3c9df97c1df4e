import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import { StoreOpenError } from '../store.ts'

/** The API of `node:sqlite`, which the addon repeats. */
export type Database = DatabaseSyncInstance
export type Statement = StatementSyncInstance
/** What a statement gives back and takes. */
export type Value = string | number | null | Uint8Array
export type Row = Record<string, Value>

interface Driver {
  DatabaseSync: new (file: string | URL, options?: { readOnly?: boolean; timeout?: number }) => Database
}

/** Older ones can corrupt a WAL that two connections use (fixed in 3.51.3). */
const versionMin = [3, 51, 3]

/**
 * The SQLite inside Node where it is there and recent enough, else the addon (same API, prebuilt).
 * `CHAT_SERVER_SQLITE=addon` or `builtin` takes that one or fails.
 */
async function load(): Promise<Driver> {
  const wanted = process.env.CHAT_SERVER_SQLITE
  const builtin = process.getBuiltinModule?.('node:sqlite') as Driver | undefined
  if (builtin && wanted !== 'addon' && recent(builtin)) return builtin
  if (wanted !== 'builtin') {
    const addon = await import('@photostructure/sqlite').catch(() => undefined)
    if (addon && recent(addon as Driver)) return addon as Driver
  }
  throw new StoreOpenError(
    `This Node (${process.version}) has no SQLite ${versionMin.join('.')} or newer. Use Node 24, or install the optional package @photostructure/sqlite.`
  )
}

function recent({ DatabaseSync }: Driver): boolean {
  const db = new DatabaseSync(':memory:')
  const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  db.close()
  const parts = version.split('.').map(Number)
  for (const [i, least] of versionMin.entries()) if (parts[i] !== least) return (parts[i] ?? 0) > least
  return true
}

export const { DatabaseSync } = await load()

/** The primary code of an error that SQLite gave; the addon keeps it only in the message now and then. */
export function sqliteCode(error: unknown): number | undefined {
  const { errcode, message } = error as { errcode?: number; message?: string }
  if (errcode !== undefined) return errcode & 255
  const known = Object.entries(codes).find(([words]) => message?.includes(words))
  return known?.[1]
}

export const sqliteBusy = 5
export const sqliteReadOnly = 8
export const sqliteIoError = 10
export const sqliteCorrupt = 11
export const sqliteFull = 13
export const sqliteCannotOpen = 14
export const sqliteNotADatabase = 26
const codes: Record<string, number> = {
  'database is locked': sqliteBusy,
  'readonly database': sqliteReadOnly,
  'disk I/O error': sqliteIoError,
  malformed: sqliteCorrupt,
  'database or disk is full': sqliteFull,
  'unable to open database': sqliteCannotOpen,
  'not a database': sqliteNotADatabase
}
