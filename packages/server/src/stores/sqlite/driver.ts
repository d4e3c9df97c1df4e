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
