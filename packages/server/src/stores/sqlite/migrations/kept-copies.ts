import { readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readHeader } from '../file-header.ts'

/** A copy holds texts that are deleted after it was made: it may not stay for ever. */
const keptMs = 7 * 24 * 60 * 60 * 1000

/** What a database was before a schema of this number. */
export const nameOfCopy = (file: string, schema: number | ''): string => `${file}.before-v${schema}`
/** What a copy ends in before it is whole. */
export const unfinished = '.tmp'

/** When a copy that was made now is removed. */
export const copyKeptUntilMs = (nowMs: number): number => nowMs + keptMs

/** Whether somebody has opened a copy as a database of its own: then it is theirs. */
export const isServed = (copy: string): boolean => readHeader(copy).isInWalMode

/** Copies that are older than a few days go, whatever version made them, and what a kill has left of one. */
export function removeOldCopies(file: string, nowMs: number): void {
  const begin = basename(nameOfCopy(file, ''))
  for (const name of readdirSync(dirname(file))) {
    if (!name.startsWith(begin) || !/^\d+(\.tmp(-journal)?)?$/.test(name.slice(begin.length))) continue
    const path = join(dirname(file), name)
    try {
      const made = statSync(path)
      if (made.isFile() && nowMs > copyKeptUntilMs(made.mtimeMs) && !isServed(path)) rmSync(path, { force: true })
    } catch {} // gone meanwhile, or not ours to read or to remove: nothing that writes may end because of it
  }
}
