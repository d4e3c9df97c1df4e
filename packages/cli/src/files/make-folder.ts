import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Make a folder for its owner alone, and those that it stands in. Not by `recursive`: on a file system that knows no folders to be made,
 * as /proc, Node would try for ever.
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another command made it just now.
    if (!existsSync(folder)) throw error
  }
}
