import { randomBytes } from 'node:crypto'
import { chmodSync, readlinkSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/**
 * Put a text in the place of a file, whole or not at all, readable by its owner alone. A symbolic link stays one: what it leads to is
 * replaced.
 */
export function replaceFile(file: string, text: string): void {
  const target = targetOf(file)
  const fresh = join(dirname(target), `.${randomBytes(8).toString('hex')}.new`)
  try {
    writeFileSync(fresh, text, { mode: 0o600, flag: 'wx', flush: true })
    // The mode above is cut by the umask, which may be of any kind.
    chmodSync(fresh, 0o600)
    renameSync(fresh, target)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  }
}

/** Where a file is, or will be: a link may lead to one that is not there yet. */
export function targetOf(file: string): string {
  try {
    return realpathSync(file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  try {
    return targetOf(resolve(dirname(file), readlinkSync(file)))
  } catch (error) {
    // Not a link; where there is no folder either, writing will say so.
    if (error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'ENOENT')) return file
    throw error
  }
}
