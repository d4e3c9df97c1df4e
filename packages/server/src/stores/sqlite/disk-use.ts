import { statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DiskUse } from '../on-disk.ts'

/** What the files of a database take. Nothing is opened: to close one would drop the locks of this process on it. */
export function diskUse(file: string): DiskUse {
  const bytes = (ending: string) => statSync(file + ending, { throwIfNoEntry: false })?.size ?? 0
  return {
    files: { database: bytes(''), wal: bytes('-wal'), index: bytes('.search') + bytes('.search-wal') },
    free: free(dirname(file))
  }
}

function free(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return undefined // the folder is gone, or this system does not tell
  }
}
