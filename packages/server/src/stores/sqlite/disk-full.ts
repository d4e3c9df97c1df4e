import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'

const almostNothing = 64 * 1024

/** A disk without room shows as an I/O error where SQLite wants to map a file into memory. */
export function isDiskFull(file: string): boolean {
  const { bavail, bsize } = statfsSync(dirname(file))
  return bavail * bsize < almostNothing
}
