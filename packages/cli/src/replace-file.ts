import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Put a text in the place of a file, whole or not at all, readable by its owner alone. */
export function replaceFile(file: string, text: string): void {
  const fresh = join(dirname(file), `.${basename(file)}.${process.pid}.new`)
  rmSync(fresh, { force: true })
  writeFileSync(fresh, text, { mode: 0o600, flag: 'wx', flush: true })
  // The mode above is cut by the umask, which may be of any kind.
  chmodSync(fresh, 0o600)
  renameSync(fresh, file)
}
