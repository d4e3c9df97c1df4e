import type { Store } from './store.ts'

/** What the files of a store take, and what is left beside them, in bytes. */
export interface DiskUse {
  files: Readonly<Record<'database' | 'wal' | 'index', number>>
  /** For the user that the server runs as; undefined: the system does not say. */
  free: number | undefined
}

/** What a store can also say if its files are on a disk of this machine. */
export interface OnDisk {
  diskUse(): DiskUse
}

export const isOnDisk = (store: Store): store is Store & OnDisk => 'diskUse' in store
