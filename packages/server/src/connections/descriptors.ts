import { readdirSync, readFileSync, statSync } from 'node:fs'

/** What the program needs of them: to load its own files, many at once, and then for the database, its threads and some readers. */
export const descriptorsMin = 256
/** Kept back for what is opened while the server runs: by the database, a backup, the log. */
const reserve = 64

/** How many files and connections this process may have open at once. Node has raised it as far as it may. */
export function descriptorLimit(): number {
  const [, soft] = /^Max open files +(\d+)/m.exec(limits()) ?? []
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft)
}

/** How many connections there is room for beside what is open now and may be opened yet. */
export const connectionsMax = (): number => descriptorLimit() - open() - reserve

/** Linux alone tells; elsewhere the system says no when it is too late. */
function limits(): string {
  try {
    return readFileSync('/proc/self/limits', 'latin1')
  } catch {
    return ''
  }
}

/** How many this process has open, and may have; undefined: the system does not tell. */
export function descriptors(): { open: number; limit: number } | undefined {
  const limit = descriptorLimit()
  return Number.isFinite(limit) ? { open: open(), limit } : undefined
}

function open(): number {
  try {
    // From Linux 6.2 on it says how many; before, it says nothing, and to list ten thousand takes some milliseconds.
    return statSync('/proc/self/fd').size || readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}
