import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

const begin = '.tertulia-'
const ending = '.part'
/** What nothing has been written to for so long was left by a kill. */
const abandonedMs = 60 * 60 * 1000

/**
 * A new file beside `file`, for our user alone, that becomes it once it is whole. What kills have left of earlier ones goes.
 * @param tell  hears of it before it is there
 */
export function newPart(file: string, tell: (part: string) => void): string {
  const folder = dirname(file)
  for (const name of readdirSync(folder)) {
    if (name.startsWith(begin) && name.endsWith(ending)) removeAbandoned(join(folder, name))
  }
  const part = join(folder, begin + randomBytes(4).toString('hex') + ending)
  tell(part)
  closeSync(openSync(part, 'wx', 0o600))
  return part
}

function removeAbandoned(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat && Date.now() - stat.mtimeMs > abandonedMs) rmSync(path, { force: true })
}

const lotBytes = 1024 * 1024

/** Copy the bytes of a file into one for our user alone, whatever others may do with the first. */
export function copyInto(from: string, to: string): void {
  const source = openSync(from, 'r')
  const target = openSync(to, 'w', 0o600)
  try {
    const lot = Buffer.alloc(lotBytes)
    for (let count = readSync(source, lot); count > 0; count = readSync(source, lot)) {
      for (let at = 0; at < count; ) at += writeSync(target, lot, at, count - at)
    }
  } finally {
    closeSync(source)
    closeSync(target)
  }
}

/** On disk for good; only for what this process has no lock on, as closing it would drop that. */
export function syncFile(file: string): void {
  const fd = openSync(file, 'r+')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** The names in a folder, too. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error // a file system that needs none
  } finally {
    closeSync(fd)
  }
}
