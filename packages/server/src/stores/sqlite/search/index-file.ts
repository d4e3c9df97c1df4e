import { rmSync } from 'node:fs'

/** Where the index of a database is. */
export const indexFile = (database: string): string => `${database}.search`

/** What there is of an index; nothing may have it open. */
export function removeIndex(file: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(file + ending, { force: true })
}
