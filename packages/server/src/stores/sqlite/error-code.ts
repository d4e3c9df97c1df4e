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
